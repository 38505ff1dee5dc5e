"""A network's summary for people: as text for a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.features import Feature, features
from resnetgen.analysis.input_domain import InputDomain
from resnetgen.cli import tables
from resnetgen.cli.aliases import elsewhere
from resnetgen.cli.output import fit
from resnetgen.number_format import binary_size, format_extents, pluralize, with_si_prefix
from resnetgen.ops.window import Shape, by_axis
from resnetgen.summary.network_summary import NetworkSummary
from resnetgen.summary.rows import Row
from resnetgen.tables import markdown
from resnetgen.tables.table import Column

_WHAT = Column("what")
_FIELD = Column("receptive field", number=True)
_SHORT_FIELD = _FIELD._replace(title="rec.\nfield")
COLUMNS = (
    Column("name"),
    _WHAT,
    Column("output"),
    Column("parameters", number=True),
    Column("MACs", number=True),
    Column("memory", number=True),
    _FIELD,
)
SHORTCUT = Column("shortcut")
_WHAT_INDEX = COLUMNS.index(_WHAT)

_NARROW_SHORTCUT = 24
"""The fewest cells for the texts about shortcuts: in fewer, a row takes more lines than it is worth."""
_LONG = 1000
"""More cells than a text has: it is broken at each comma."""

MAX_ROWS = 400
"""The most rows of a table as text; it takes a millisecond to lay out each."""


def as_text(summary: NetworkSummary) -> str:
    """Return the facts, the table, and the shortcuts: in a column, or below the table if the terminal is too narrow."""
    room = tables.terminal_width()
    parts = [_title(summary, room), tables.listed(facts(summary))]
    cells = _first(list(_grouped(summary)))
    if (table := _with_shortcuts(cells, room)) is not None:
        parts.append(table)
    else:
        told = ((row.group[0] or row.name, _shortcut(row)) for row in summary.rows if row.shortcuts)
        parts += [_without_shortcuts([row[:-1] for row in cells], room or 0), tables.listed(told)]
    return "\n".join([*parts, *(fit(f"{note}\n") for note in notes(summary))])


def _first(cells: list[list[str]]) -> list[list[str]]:
    """Leave out rows of a very long table, all but the total; the other formats have them, and need no layout."""
    left = len(cells) - 1 - MAX_ROWS
    if left < 1:
        return cells
    note = [f"({left:,} more rows: use --format json)", *[""] * len(COLUMNS)]
    return [*cells[:MAX_ROWS], note, cells[-1]]


def _with_shortcuts(cells: list[list[str]], room: int | None) -> str | None:
    """Return the table with the shortcuts in its last column, wrapped if need be; None if there is no room."""
    columns = (*COLUMNS, SHORTCUT)
    if room is None or tables.width(columns, cells) <= room:
        return tables.as_text(columns, cells, total=True)
    columns = (*COLUMNS[:-1], _SHORT_FIELD, SHORTCUT)
    last = len(columns) - 1
    for folded in (cells, tables.fold(cells, _WHAT_INDEX, _LONG)):
        excess = tables.width(columns, folded) - room
        longest = max(len(row[last]) for row in folded)
        if longest - excess >= _NARROW_SHORTCUT:
            return tables.as_text(columns, tables.narrow(folded, last, excess), total=True)
    return None


def _without_shortcuts(cells: list[list[str]], room: int) -> str:
    fits = tables.width(COLUMNS, cells) <= room
    columns = COLUMNS if fits else (*COLUMNS[:-1], _SHORT_FIELD)
    folded = tables.fold(cells, _WHAT_INDEX, tables.width(columns, cells) - room)
    return tables.as_text(columns, folded, total=True, flexible=[_WHAT_INDEX])


def _grouped(summary: NetworkSummary) -> Iterator[list[str]]:
    """Yield the rows, with those of a block's operators below a row for the block."""
    last = ""
    for row in summary.rows:
        name, what = row.group
        if name not in ("", last):
            yield [name, what, *[""] * (len(COLUMNS) - 1)]
        last = name
        yield cells_of(row._replace(name=f"  {row.name.removeprefix(f'{name}.')}") if name else row, summary)


def as_markdown(summary: NetworkSummary) -> str:
    """Return the summary as a section of Markdown."""
    network = summary.network
    words = [text for text in (network.description, network.reference) if text]
    told = "".join(f"- {name}: {markdown.escaped(text)}\n" for name, text in facts(summary))
    table = tables.as_markdown((*COLUMNS, SHORTCUT), [cells_of(row, summary) for row in summary.rows])
    parts = [f"## {network.name}", *map(markdown.escaped, words), told.rstrip(), table.rstrip(), *notes(summary)]
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


def facts(summary: NetworkSummary) -> list[tuple[str, str]]:
    """Return the facts around the table: pairs of a name and a text."""
    whole = summary.total.cost
    network, aka = summary.network, dict(summary.network.aka)
    named = features(network) if network.features else ()
    maps = ", ".join(_map(one, summary.shapes[one.name], summary.input) for one in named)
    return [
        *([("also known as", elsewhere(aka))] if aka else []),
        ("weighted layers", f"{summary.weighted_layers:,}"),
        ("parameters", f"{whole.params:,}"),
        ("multiply-adds", f"{whole.macs:,}"),
        ("state dict", pluralize(summary.keys, "tensor")),
        ("input", f"{by_axis(summary.input)}; {_domain(summary.domain)}"),
        ("output", maps if network.gives_maps else summary.described_outputs),
        *([("feature maps", maps)] if maps and not network.gives_maps else []),
        ("memory", f"activations, {summary.dtype}, batch {summary.batch}"),
    ]


def _map(feature: Feature, shape: Shape, input: Shape) -> str:
    words = f"reduction {format_extents(feature.reduction)}"
    if not _follows(feature.reduction, shape, input):
        words += f" by strides, {by_axis(input[1:])} to {by_axis(shape[1:])}"
    return f"{feature.name} {by_axis(shape)} ({words})"


def _follows(reduction: tuple[int, ...], shape: Shape, input: Shape) -> bool:
    """Return whether a map has the size of the input divided by its reduction, but for rounding."""
    sizes = zip(input[1:], shape[1:], reduction, strict=True)
    return all(abs(after - before / factor) < 2 for before, after, factor in sizes)


def _domain(found: InputDomain | None) -> str:
    return "other sizes that work are too many to search" if found is None else found.describe()


def cells_of(row: Row, summary: NetworkSummary) -> list[str]:
    """Return the texts of a row, for `COLUMNS` and `SHORTCUT`."""
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


def notes(summary: NetworkSummary) -> list[str]:
    """Return the sentences below the table."""
    found = [
        f"The first block of {each.stage} begins with dilation {format_extents(each.dilation)}, that of {each.source}; "
        "its `first_dilation` sets it."
        for each in summary.inherited_dilations
    ]
    if summary.left_out:
        names = ", ".join(summary.left_out)
        last = summary.network.stages[-1].name
        found.append(f"Left out, because no feature map depends on the stages after {last}: {names}.")
    return found
