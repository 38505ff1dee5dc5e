"""A network's portrait for people: on a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.input_sizes import AxisDomain, describe_domain
from resnetgen.cli import tables
from resnetgen.cli.aliases import elsewhere
from resnetgen.cli.show.rows import Row
from resnetgen.cli.show.summary import Portrait
from resnetgen.cli.tables import Column
from resnetgen.number_format import binary_size, format_extents, pluralize, with_si_prefix
from resnetgen.ops.operator import by_axis

_WHAT = Column("what")
_COLUMNS = (
    Column("name"),
    _WHAT,
    Column("output"),
    Column("parameters", number=True),
    Column("MACs", number=True),
    Column("memory", number=True),
    Column("field", number=True),
)
_SHORTCUT = Column("shortcut")


def as_text(portrait: Portrait) -> str:
    """The facts, the table, and the shortcuts: in a column of it, or below where the terminal has no room for that."""
    room = tables.terminal_width()
    parts = [_title(portrait, room), tables.listed(_facts(portrait))]
    cells = list(_grouped(portrait))
    if room is None or tables.width((*_COLUMNS, _SHORTCUT), cells) <= room:
        parts.append(tables.as_text((*_COLUMNS, _SHORTCUT), cells, total=True))
    else:
        told = ((row.group[0] or row.name, _shortcut(row)) for row in portrait.rows if row.shortcuts)
        parts += [_narrow([row[:-1] for row in cells], room), tables.listed(told)]
    return "\n".join([*parts, *(f"{note}\n" for note in _notes(portrait))])


def _narrow(cells: list[list[str]], room: int) -> str:
    folded = tables.fold(cells, _COLUMNS.index(_WHAT), tables.width(_COLUMNS, cells) - room)
    return tables.as_text(_COLUMNS, folded, total=True)


def _grouped(portrait: Portrait) -> Iterator[list[str]]:
    """The rows, those of a block's operators below a row for the block."""
    last = ""
    for row in portrait.rows:
        name, what = row.group
        if name not in ("", last):
            yield [name, what, *[""] * (len(_COLUMNS) - 1)]
        last = name
        yield _cells(row._replace(name=f"  {row.name.removeprefix(f'{name}.')}") if name else row, portrait)


def as_markdown(portrait: Portrait) -> str:
    """The same as a section of Markdown."""
    network = portrait.network
    words = [text for text in (network.description, network.reference) if text]
    facts = "".join(f"- {name}: {tables.markdown(text)}\n" for name, text in _facts(portrait))
    table = tables.as_markdown((*_COLUMNS, _SHORTCUT), [_cells(row, portrait) for row in portrait.rows])
    parts = [f"## {network.name}", *map(tables.markdown, words), facts.rstrip(), table.rstrip(), *_notes(portrait)]
    return "\n\n".join(parts) + "\n"


def _title(portrait: Portrait, room: int | None) -> str:
    network = portrait.network
    title = f"{network.name}: {network.description}" if network.description else network.name
    return "".join(_wrapped(text, room) for text in (title, network.reference) if text)


def _wrapped(text: str, room: int | None) -> str:
    from textwrap import fill

    from resnetgen.diagnostics.terminal import escape

    line = " ".join(escape(line.strip()) for line in text.split("\n")).strip()
    return f"{line if room is None else fill(line, room, break_long_words=False, break_on_hyphens=False)}\n"


def _facts(portrait: Portrait) -> list[tuple[str, str]]:
    whole = portrait.total.cost
    features = portrait.network.features
    written = [by_axis(shape) for shape in portrait.outputs.values()]
    output = ", ".join(f"{name} {shape}" for name, shape in zip(portrait.outputs, written, strict=True))
    aka = dict(portrait.network.aka)
    return [
        *([("also known as", elsewhere(aka))] if aka else []),
        ("weighted layers", f"{portrait.weighted_layers:,}"),
        ("parameters", f"{whole.params:,}"),
        ("multiply-adds", f"{whole.macs:,}"),
        ("state dict", pluralize(portrait.keys, "tensor")),
        ("input", f"{by_axis(portrait.input)}; {_domain(portrait.domain)}"),
        ("output", output if features else written[0]),
        ("memory", f"activations, {portrait.dtype}, batch {portrait.batch}"),
    ]


def _domain(found: tuple[AxisDomain, ...] | None) -> str:
    return (
        "the total stride is too large to search for other sizes that work" if found is None else describe_domain(found)
    )


def _cells(row: Row, portrait: Portrait) -> list[str]:
    return [
        row.name,
        row.what,
        by_axis(row.output),
        f"{row.cost.params:,}" if row.cost.params else "",
        with_si_prefix(row.cost.macs) if row.cost.macs else "",
        binary_size(row.cost.memory(portrait.dtype, portrait.batch)) if row.cost.values else "",
        _field(row),
        _shortcut(row),
    ]


def _field(row: Row) -> str:
    return format_extents(row.field) if row.field else "all"


def _shortcut(row: Row) -> str:
    """The first shortcut with its reason, and the kinds of those that follow it."""
    if not row.shortcuts:
        return ""
    (kind, why), *others = row.shortcuts
    kinds = dict.fromkeys(kind for kind, _ in others)
    return f"{kind}: {why}" + (f"; then {', '.join(kinds)}" if kinds else "")


def _notes(portrait: Portrait) -> list[str]:
    if not portrait.left_out:
        return []
    names = ", ".join(portrait.left_out)
    last = portrait.network.features and portrait.network.stages[-1].name
    return [f"Left out, because no feature map depends on the stages after {last}: {names}."]
