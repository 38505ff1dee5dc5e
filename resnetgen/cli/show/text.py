"""A network's summary for people: as text for a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.features import Feature, features
from resnetgen.analysis.input_sizes import InputDomain
from resnetgen.cli import tables
from resnetgen.cli.aliases import elsewhere
from resnetgen.cli.output import fit
from resnetgen.cli.show.rows import Row
from resnetgen.cli.show.summary import NetworkSummary
from resnetgen.cli.tables import Column
from resnetgen.number_format import binary_size, format_extents, pluralize, with_si_prefix
from resnetgen.ops.operator import Shape, by_axis

_WHAT = Column("what")
_COLUMNS = (
    Column("name"),
    _WHAT,
    Column("output"),
    Column("parameters", number=True),
    Column("MACs", number=True),
    Column("memory", number=True),
    Column("receptive field", number=True),
)
_SHORTCUT = Column("shortcut")

MAX_ROWS = 400
"""The most rows of a table as text; it takes a millisecond to lay out each."""


def as_text(summary: NetworkSummary) -> str:
    """Return the facts, the table, and the shortcuts: in a column, or below the table if the terminal is too narrow."""
    room = tables.terminal_width()
    parts = [_title(summary, room), tables.listed(_facts(summary))]
    cells = _first(list(_grouped(summary)))
    if room is None or tables.width((*_COLUMNS, _SHORTCUT), cells) <= room:
        parts.append(tables.as_text((*_COLUMNS, _SHORTCUT), cells, total=True))
    else:
        told = ((row.group[0] or row.name, _shortcut(row)) for row in summary.rows if row.shortcuts)
        parts += [_narrow([row[:-1] for row in cells], room), tables.listed(told)]
    return "\n".join([*parts, *(fit(f"{note}\n") for note in _notes(summary))])


def _first(cells: list[list[str]]) -> list[list[str]]:
    """Leave out rows of a very long table, all but the total; the other formats have them, and need no layout."""
    left = len(cells) - 1 - MAX_ROWS
    if left < 1:
        return cells
    note = [f"({left:,} more rows: use --format json)", *[""] * len(_COLUMNS)]
    return [*cells[:MAX_ROWS], note, cells[-1]]


def _narrow(cells: list[list[str]], room: int) -> str:
    what = _COLUMNS.index(_WHAT)
    fits = tables.width(_COLUMNS, cells) <= room
    columns = _COLUMNS if fits else (*_COLUMNS[:-1], _COLUMNS[-1]._replace(title="rec.\nfield"))
    folded = tables.fold(cells, what, tables.width(columns, cells) - room)
    return tables.as_text(columns, folded, total=True, flexible=[what])


def _grouped(summary: NetworkSummary) -> Iterator[list[str]]:
    """Yield the rows, with those of a block's operators below a row for the block."""
    last = ""
    for row in summary.rows:
        name, what = row.group
        if name not in ("", last):
            yield [name, what, *[""] * (len(_COLUMNS) - 1)]
        last = name
        yield _cells(row._replace(name=f"  {row.name.removeprefix(f'{name}.')}") if name else row, summary)


def as_markdown(summary: NetworkSummary) -> str:
    """Return the summary as a section of Markdown."""
    network = summary.network
    words = [text for text in (network.description, network.reference) if text]
    facts = "".join(f"- {name}: {tables.markdown(text)}\n" for name, text in _facts(summary))
    table = tables.as_markdown((*_COLUMNS, _SHORTCUT), [_cells(row, summary) for row in summary.rows])
    parts = [f"## {network.name}", *map(tables.markdown, words), facts.rstrip(), table.rstrip(), *_notes(summary)]
    return "\n\n".join(parts) + "\n"


def _title(summary: NetworkSummary, room: int | None) -> str:
    network = summary.network
    title = f"{network.name}: {network.description}" if network.description else network.name
    return "".join(_wrapped(text, room) for text in (title, network.reference) if text)


def _wrapped(text: str, room: int | None) -> str:
    from textwrap import fill

    from resnetgen.diagnostics.terminal import escape

    line = " ".join(escape(line.strip()) for line in text.split("\n")).strip()
    return f"{line if room is None else fill(line, room, break_long_words=False, break_on_hyphens=False)}\n"


def _facts(summary: NetworkSummary) -> list[tuple[str, str]]:
    whole = summary.total.cost
    network, aka = summary.network, dict(summary.network.aka)
    maps = ", ".join(_map(one, summary.shapes[one.name]) for one in features(network)) if network.features else ""
    return [
        *([("also known as", elsewhere(aka))] if aka else []),
        ("weighted layers", f"{summary.weighted_layers:,}"),
        ("parameters", f"{whole.params:,}"),
        ("multiply-adds", f"{whole.macs:,}"),
        ("state dict", pluralize(summary.keys, "tensor")),
        ("input", f"{by_axis(summary.input)}; {_domain(summary.domain)}"),
        ("output", maps if network.gives_maps else by_axis(summary.outputs["output"])),
        *([("feature maps", maps)] if maps and not network.gives_maps else []),
        ("memory", f"activations, {summary.dtype}, batch {summary.batch}"),
    ]


def _map(feature: Feature, shape: Shape) -> str:
    return f"{feature.name} {by_axis(shape)} (reduction {format_extents(feature.reduction)})"


def _domain(found: InputDomain | None) -> str:
    return "other sizes that work are too many to search" if found is None else found.describe()


def _cells(row: Row, summary: NetworkSummary) -> list[str]:
    return [
        row.name,
        row.what,
        by_axis(row.output),
        f"{row.cost.params:,}" if row.cost.params else "",
        with_si_prefix(row.cost.macs) if row.cost.macs else "",
        binary_size(row.cost.memory(summary.dtype, summary.batch)) if row.cost.values else "",
        _field(row),
        _shortcut(row),
    ]


def _field(row: Row) -> str:
    return format_extents(row.field) if row.field else "all"


def _shortcut(row: Row) -> str:
    """Return the first shortcut with its reason, and the kinds of the others."""
    if not row.shortcuts:
        return ""
    (kind, why), *others = row.shortcuts
    kinds = dict.fromkeys(kind for kind, _ in others)
    return f"{kind}: {why}" + (f"; then {', '.join(kinds)}" if kinds else "")


def _notes(summary: NetworkSummary) -> list[str]:
    if not summary.left_out:
        return []
    names = ", ".join(summary.left_out)
    last = summary.network.stages[-1].name
    return [f"Left out, because no feature map depends on the stages after {last}: {names}."]
