"""The wording of a comparison, shared by text and Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from resnetgen.analysis.cost import Cost
from resnetgen.analysis.diff import BlockChange, Change
from resnetgen.analysis.diff.blocks import OPENING
from resnetgen.analysis.diff.operators import Value
from resnetgen.analysis.diff.state_dict import (
    ADDED,
    REMOVED,
    RESHAPED,
    KeyGroup,
    TensorChange,
    WeightTransfer,
    limit_per_kind,
)
from resnetgen.comparison.comparison import Comparison, Figure, Pair
from resnetgen.number_format import binary_size, pluralize, with_si_prefix
from resnetgen.ops.window import by_axis
from resnetgen.summary.rows import Row
from resnetgen.tables.table import Column

MOST_CHANGES = 60
"""Lines of what changed in the blocks."""

MOST_GROUPS = 12
"""Lines for what was removed from the state dict, as many for what was added, and as many for what was reshaped."""

MOST_TENSORS = 3
"""Tensors that such a line names."""

SIGNS = {REMOVED: "-", ADDED: "+", RESHAPED: "~"}

FIGURES = (
    Column(""),
    Column("before", number=True),
    Column("after", number=True),
    Column("change", number=True),
    Column("ratio", number=True),
)
PARTS = (
    Column("part"),
    Column("what"),
    Column("output"),
    Column("parameters", number=True),
    Column("change", number=True),
    Column("MACs", number=True),
    Column("change", number=True),
    Column("shortcuts"),
)


class Line(NamedTuple):
    """A line with its sign, `-`, `+` or `~`; a remark has none."""

    sign: str
    text: str


class Section(NamedTuple):
    """A title and the lines below it."""

    title: str
    lines: tuple[Line, ...]


def figures(comparison: Comparison) -> list[list[str]]:
    """Return the table of the whole networks: all numbers, and the facts that differ."""
    numbers = [_figure(figure) for figure in comparison.figures()]
    facts = [[fact.name, fact.before, fact.after, "", ""] for fact in comparison.facts() if fact.before != fact.after]
    return [*facts, *numbers]


def _figure(figure: Figure) -> list[str]:
    written = binary_size if figure.unit == "bytes" else "{:,}".format
    change = "" if not figure.change else f"{'+' if figure.change > 0 else '-'}{written(abs(figure.change))}"
    ratio = "" if not figure.change or figure.ratio is None else f"x{figure.ratio:.4g}"
    return [figure.name, written(figure.before), written(figure.after), change, ratio]


def parts(comparison: Comparison) -> list[list[str]]:
    """Return the table of the parts that changed."""
    return [_part(pair) for pair in comparison.pairs() if not pair.alike()]


def _part(pair: Pair) -> list[str]:
    before, after = pair.before, pair.after
    old, new = before or after, after or before
    assert old is not None and new is not None
    sign = "added: " if before is None else "removed: " if after is None else ""
    cost = Cost() if after is None else after.cost
    params = cost.params - (0 if before is None else before.cost.params)
    macs = cost.macs - (0 if before is None else before.cost.macs)
    return [
        pair.name,
        f"{sign}{arrow(old.what, new.what)}",
        arrow(by_axis(old.output), by_axis(new.output)),
        f"{cost.params:,}",
        f"{params:+,}" if params else "",
        with_si_prefix(cost.macs),
        f"{'+' if macs > 0 else '-'}{with_si_prefix(abs(macs))}" if macs else "",
        arrow(_kinds(old), _kinds(new)),
    ]


def arrow(before: str, after: str) -> str:
    """`3x224x224`, or `3x224x224 -> 3x256x256`."""
    return before if before == after else f"{before} -> {after}"


def _kinds(row: Row) -> str:
    return ", ".join(dict.fromkeys(kind for kind, _ in row.shortcuts))


def unchanged(comparison: Comparison) -> str:
    """Name the unchanged parts in a sentence; empty if there are none."""
    touched = {"stem": comparison.difference.stem, **comparison.difference.heads}
    names = [
        pair.name
        for pair in comparison.pairs()
        if pair.alike() and not touched.get(pair.name) and pair.name not in comparison.difference.stages
    ]
    return f"Unchanged: {', '.join(names)}." if names else ""


def changes(comparison: Comparison) -> list[Section]:
    """Return the changes of operators and blocks; places with equal changes share a section."""
    found = comparison.difference
    places: dict[tuple[Line, ...], list[str]] = {}
    for title, told in (("network", found.network), ("stem", found.stem)):
        _put(places, title, map(_change, told))
    for name, blocks in found.stages.items():
        for each in blocks:
            _put(places, _numbered_blocks(name, each), _blocks(each))
    for name, told in found.heads.items():
        _put(places, name, map(_change, told))
    return _bounded([Section(_listed(titles), lines) for lines, titles in places.items()])


def _put(places: dict[tuple[Line, ...], list[str]], title: str, lines: Iterable[Line]) -> None:
    told = tuple(lines)
    if told:
        places.setdefault(told, []).append(title)


def _listed(titles: Sequence[str]) -> str:
    more = len(titles) - MOST_GROUPS
    return ", ".join(titles[:MOST_GROUPS]) + (f" and {more:,} more" if more > 0 else "")


def _bounded(sections: list[Section]) -> list[Section]:
    """Return the first sections up to the limit, and a count of the rest."""
    room = MOST_CHANGES
    shortened = []
    for section in sections:
        if room > 0:
            shortened.append(section._replace(lines=section.lines[:room]))
        room -= len(section.lines)
    if room < 0:
        shortened.append(Section("", (Line("", f"... and {pluralize(-room, 'more change')}; --format json has all"),)))
    return shortened


def _blocks(blocks: BlockChange) -> Iterator[Line]:
    if blocks.before is None:
        yield Line("+", f"{blocks.after}{_times(blocks.repeat)}")
    elif blocks.after is None:
        yield Line("-", f"{blocks.before}{_times(blocks.repeat)}")
    else:
        yield from map(_change, blocks.changes)


def _change(change: Change) -> Line:
    if change.before is None:
        return Line("+", f"{change.what}: {_words(change.after)}")
    if change.after is None:
        return Line("-", f"{change.what}: {_words(change.before)}")
    return Line("~", f"{change.what}: {_words(change.before)} -> {_words(change.after)}")


def _words(value: Value | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return by_axis(value) if all(isinstance(each, int) for each in value) else " ".join(map(str, value))
    return str(value)


def _numbered_blocks(stage: str, change: BlockChange) -> str:
    """Name some blocks of a stage, or the layers before them."""
    if change.first == OPENING:
        return f"{stage}.transition"
    return _numbered(f"{stage}.", change.first, change.repeat)


def _numbered(name: str, first: int, count: int) -> str:
    return f"{name}{first}" + (f"-{first + count - 1}" if count > 1 else "")


def _times(count: int) -> str:
    return f" x {count:,}" if count > 1 else ""


def state_dict(comparison: Comparison) -> Section:
    """Return the differences of the keys: a title with the counts, and a line for each group of tensors."""
    keys = comparison.difference.keys
    counts = [f"{pluralize(keys.count(kind), 'tensor')} {kind}" for kind in SIGNS if keys.count(kind)]
    alike = f"{pluralize(keys.alike, 'tensor')} unchanged"
    title = f"State dict: {', '.join([alike, *counts])}"
    lines = [Line(SIGNS[group.kind], _group(group)) for group in limit_per_kind(keys.groups, MOST_GROUPS)]
    left = len(keys.groups) - len(lines)
    lines += [Line("", f"... and {pluralize(left, 'more group')} of tensors; --format json has more")] if left else []
    return Section(title, tuple(lines))


def _group(group: KeyGroup) -> str:
    named = [_tensor(tensor) for tensor in group.tensors[:MOST_TENSORS]]
    more = len(group.tensors) - len(named)
    words = ", ".join(named) + (f" and {more:,} more" if more else "")
    if not group.path:
        return words
    every = f" in each of {group.repeat:,} blocks" if group.repeat > 1 else ""
    return f"{_numbered(group.path, group.first, group.repeat)}: {words}{every}"


def _tensor(tensor: TensorChange) -> str:
    shapes = [by_axis(shape) or "scalar" for shape in (tensor.before, tensor.after) if shape is not None]
    return f"{tensor.tail} {' -> '.join(shapes)}"


def verdicts(comparison: Comparison) -> list[str]:
    """Tell, for both directions, whether the weights of one network load into the other."""
    before, after = comparison.titles
    keys = comparison.difference.keys
    if keys.forward.strict and keys.backward.strict:
        return ["The weights of each load strictly into the other."]
    return [
        _verdict(before, after, keys.forward, keys.backward),
        _verdict(after, before, keys.backward, keys.forward),
    ]


def _verdict(source: str, target: str, loading: WeightTransfer, back: WeightTransfer) -> str:
    if loading.strict:
        return f"The weights of {source} load strictly into {target}."
    if loading.tensors == loading.of_tensors:
        left = pluralize(back.of_tensors - loading.tensors, "tensor")
        return f"The weights of {source} hold all tensors of {target}, and {left} more: they load with `strict=False`."
    if not loading.tensors:
        return f"The weights of {source} do not load into {target}: no tensor matches in key and shape."
    return (
        f"The weights of {source} load partly into {target}: {loading.tensors:,} of {loading.of_tensors:,} tensors "
        f"({_share(loading.tensors, loading.of_tensors)}), {loading.params:,} of {loading.of_params:,} parameters "
        f"({_share(loading.params, loading.of_params)})."
    )


def _share(part: int, whole: int) -> str:
    """Return a share in percent, rounded down: less than all is never 100%."""
    tenths = part * 1000 // whole if whole else 1000
    return f"{tenths // 10}.{tenths % 10}%"
