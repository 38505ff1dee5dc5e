"""A network's summary for people: as text for a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.cli import tables
from resnetgen.cli.output import fit
from resnetgen.summary.network_summary import NetworkSummary
from resnetgen.summary.texts import COLUMNS, FIELD, MAX_ROWS, SHORTCUT, WHAT, cells_of, facts, notes, shortcut
from resnetgen.tables import markdown

_SHORT_FIELD = FIELD._replace(title="rec.\nfield")
_WHAT_INDEX = COLUMNS.index(WHAT)

_NARROW_SHORTCUT = 24
"""The fewest cells for the texts about shortcuts: in fewer, a row takes more lines than it is worth."""
_LONG = 1000
"""More cells than a text has: it is broken at each comma."""


def as_text(summary: NetworkSummary) -> str:
    """Return the facts, the table, and the shortcuts: in a column, or below the table if the terminal is too narrow."""
    room = tables.terminal_width()
    parts = [_title(summary, room), tables.listed(facts(summary))]
    cells = _first(list(_grouped(summary)))
    if (table := _with_shortcuts(cells, room)) is not None:
        parts.append(table)
    else:
        told = ((row.group[0] or row.name, shortcut(row)) for row in summary.rows if row.shortcuts)
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
