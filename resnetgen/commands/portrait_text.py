"""A network's portrait for people: on a terminal, and as Markdown."""

from __future__ import annotations

from resnetgen.commands import tables
from resnetgen.commands.figures import counted, short, size
from resnetgen.commands.portrait import Portrait
from resnetgen.commands.rows import Row
from resnetgen.commands.tables import Column
from resnetgen.domain import AxisDomain
from resnetgen.ops.operator import by_axis, per_axis

_COLUMNS = (
    Column("name"),
    Column("what", folds=True),
    Column("output"),
    Column("parameters", number=True),
    Column("MACs", number=True),
    Column("memory", number=True),
    Column("field", number=True),
)
_SHORTCUT = Column("shortcut")

_AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def as_text(portrait: Portrait) -> str:
    """The facts, the table, and the shortcuts: in a column of it, or below where the terminal has no room for that."""
    room = tables.terminal_width()
    columns, cells = (*_COLUMNS, _SHORTCUT), [_cells(row, portrait) for row in portrait.rows]
    aside = ""
    if room is not None and tables.width(columns, cells) > room:
        columns, cells = _COLUMNS, [row[:-1] for row in cells]
        aside = "\n" + tables.listed((row.name, _shortcut(row)) for row in portrait.rows if row.shortcuts)
    parts = [*_title(portrait, room), tables.listed(_facts(portrait)), tables.as_text(columns, cells, room, total=True)]
    return "\n".join(parts) + aside + "".join(f"\n{note}\n" for note in _notes(portrait))


def as_markdown(portrait: Portrait) -> str:
    """The same as a section of Markdown."""
    network = portrait.network
    words = [text for text in (network.description, network.reference) if text]
    facts = "".join(f"- {name}: {tables.markdown(text)}\n" for name, text in _facts(portrait))
    table = tables.as_markdown((*_COLUMNS, _SHORTCUT), [_cells(row, portrait) for row in portrait.rows])
    parts = [f"## {network.name}", *map(tables.markdown, words), facts.rstrip(), table.rstrip(), *_notes(portrait)]
    return "\n\n".join(parts) + "\n"


def _title(portrait: Portrait, room: int | None) -> list[str]:
    network = portrait.network
    title = f"{network.name}: {network.description}" if network.description else network.name
    return [_wrapped(title, room) + (_wrapped(network.reference, room) if network.reference else "")]


def _wrapped(text: str, room: int | None) -> str:
    from textwrap import fill

    from resnetgen.diagnostics.screen import escape

    line = " ".join(escape(line.strip()) for line in text.split("\n")).strip()
    return f"{line if room is None else fill(line, room, break_long_words=False, break_on_hyphens=False)}\n"


def _facts(portrait: Portrait) -> list[tuple[str, str]]:
    whole = portrait.total.cost
    features = portrait.network.features
    written = [by_axis(shape) for shape in portrait.outputs.values()]
    output = ", ".join(f"{name} {shape}" for name, shape in zip(portrait.outputs, written, strict=True))
    return [
        ("weighted layers", f"{portrait.weighted_layers:,}"),
        ("parameters", f"{whole.params:,}"),
        ("multiply-adds", f"{whole.macs:,}"),
        ("state dict", counted(portrait.keys, "tensor")),
        ("input", f"{by_axis(portrait.input)}; {_domain(portrait.domain)}"),
        ("output", output if features else written[0]),
        ("memory", f"what the operators write, {portrait.dtype}, batch {portrait.batch}"),
    ]


def _domain(found: tuple[AxisDomain, ...] | None) -> str:
    """`height and width: 33 and up`."""
    if found is None:
        return "the total stride is too large to tell which other sizes work"
    axes = _AXES[len(found)]
    if len(set(found)) == 1:
        names = " and ".join([", ".join(axes[:-1]), axes[-1]] if len(axes) > 1 else axes)
        return f"{names}: {found[0].describe()}"
    return "; ".join(f"{name}: {axis.describe()}" for name, axis in zip(axes, found, strict=True))


def _cells(row: Row, portrait: Portrait) -> list[str]:
    return [
        row.name,
        row.what,
        by_axis(row.output),
        f"{row.cost.params:,}" if row.cost.params else "",
        short(row.cost.macs) if row.cost.macs else "",
        size(row.cost.memory(portrait.dtype, portrait.batch)) if row.cost.values else "",
        _field(row),
        _shortcut(row),
    ]


def _field(row: Row) -> str:
    if not row.field:
        return "all"
    field = per_axis(row.field)
    return by_axis(field) if isinstance(field, tuple) else str(field)


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
    return [f"Left out, as no feature depends on what comes after {last}: {names}."]
