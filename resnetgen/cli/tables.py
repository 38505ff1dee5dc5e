"""Tables, as text and as Markdown."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from resnetgen.cli.output import colored
from resnetgen.cli.output import columns as columns_of
from resnetgen.diagnostics.terminal import escape, wrap
from resnetgen.tables import markdown
from resnetgen.tables.table import Column

if TYPE_CHECKING:
    from rich.box import Box
    from rich.console import JustifyMethod
    from rich.table import Table

Cells = Sequence[Sequence[str]]

_NARROWEST = 12
"""The fewest cells that the texts of a column are narrowed to."""

_TIMES = "\u00a0x\u00a0"
"""` x ` where it is not to be broken: `bottleneck x 3`."""


def terminal_width() -> int | None:
    """Return the columns of the terminal; None if the output goes elsewhere, where width is unlimited."""
    return columns_of(sys.stdout) or None


def width(columns: Sequence[Column], cells: Cells) -> int:
    """Return the width of a table."""
    from rich.console import Console

    return Console(width=100_000).measure(_table(columns, cells, total=False)).maximum


def fold(cells: Cells, column: int, excess: int) -> list[list[str]]:
    """Break the texts of a column at commas, to make it narrower by `excess` if possible."""
    from textwrap import wrap

    nbsp = "\u00a0"  # textwrap does not break here
    room = max(1, max(len(row[column]) for row in cells) - excess)
    folded = [list(row) for row in cells]
    for row in folded:
        text = row[column].replace(" ", nbsp).replace(f",{nbsp}", ", ")
        row[column] = "\n".join(wrap(text, room, break_long_words=False, break_on_hyphens=False)).replace(nbsp, " ")
    return folded


def narrow(cells: Cells, column: int, excess: int) -> list[list[str]]:
    """Break the texts of a column at spaces, and long words at hyphens, to make it narrower by `excess` if possible."""
    longest = max(len(line) for row in cells for line in row[column].split("\n"))
    room = max(_NARROWEST, longest - excess)
    narrowed = [list(row) for row in cells]
    for row in narrowed:
        lines = [_hyphenated(line, room) for line in row[column].replace(" x ", _TIMES).split("\n")]
        row[column] = "\n".join(part for line in lines for part in wrap(line, room)).replace(_TIMES, " x ")
    return narrowed


def _hyphenated(line: str, room: int) -> str:
    """Return a line with a space after a hyphen of each word that is too long, where it has to break."""
    return " ".join(word if len(word) <= room else _parts(word, room) for word in line.split(" "))


def _parts(word: str, room: int) -> str:
    parts = [""]
    for piece in word.replace("-", "-\n").split("\n"):
        if parts[-1] and len(parts[-1] + piece) > room:
            parts.append("")
        parts[-1] += piece
    return " ".join(parts)


def as_text(
    columns: Sequence[Column],
    cells: Cells,
    *,
    total: bool = False,
    flexible: Sequence[int] = (),
    room: int | None = None,
) -> str:
    """Return a table at its natural width, at most that of the terminal.

    Args:
        columns: Their titles.
        cells: The rows.
        total: Whether the last row stands apart.
        flexible: The columns whose texts may be broken where the terminal is too narrow, in this order.
        room: The columns of the terminal, by default that of standard output. Where even broken texts do not fit, there
            are several tables, each with the first column.
    """
    room = terminal_width() if room is None else room
    if room is None or not cells or width(columns, cells) <= room:
        return _rendered(columns, cells, total=total)
    columns = [column._replace(title=column.title.replace(" ", "\n")) for column in columns]
    narrowed = cells
    for index in flexible:
        excess = width(columns, narrowed) - room
        narrowed = narrow(narrowed, index, excess) if excess > 0 else narrowed
    if width(columns, narrowed) <= room:
        return _rendered(columns, narrowed, total=total)
    tables = [
        ([columns[i] for i in part], [[row[i] for i in part] for row in narrowed])
        for part in _split(columns, narrowed, room)
    ]
    return "\n".join(_rendered(some, rows, total=total) for some, rows in tables)


def _split(columns: Sequence[Column], cells: Cells, room: int) -> list[list[int]]:
    """Return the column numbers of each table, if a single one would be too wide."""
    parts = [[0]]
    for index in range(1, len(columns)):
        wider = [*parts[-1], index]
        fits = width([columns[i] for i in wider], [[row[i] for i in wider] for row in cells]) <= room
        if fits or len(parts[-1]) == 1:
            parts[-1] = wider
        else:
            parts.append([0, index])
    return parts


def _rendered(columns: Sequence[Column], cells: Cells, *, total: bool) -> str:
    from rich.console import Console

    paper = StringIO()  # rich would write to standard output even when it only measures
    bold = colored(sys.stdout)
    Console(
        file=paper,
        width=width(columns, cells),
        force_terminal=bold,
        color_system="standard" if bold else None,
        legacy_windows=False,
    ).print(_table(columns, cells, total=total))
    return "".join(f"{line.rstrip()}\n" for line in paper.getvalue().splitlines() if line.strip())


def _table(columns: Sequence[Column], cells: Cells, *, total: bool) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=_box(), collapse_padding=True, pad_edge=False, show_edge=False, show_footer=total)
    body, footers = (cells[:-1], cells[-1]) if total else (cells, [""] * len(columns))
    for column, footer in zip(columns, footers, strict=True):
        justify: JustifyMethod = "right" if column.number else "left"
        table.add_column(column.title, Text(_escaped(footer)), justify=justify, no_wrap=True)
    if body:
        table.add_row(*(Text(text) for text in _joined(body)))
    return table


def _joined(cells: Cells) -> list[str]:
    """Return the texts of each column, one below the other: rich needs a tenth of a second for a few hundred rows."""
    heights = [max(text.count("\n") for text in row) for row in cells]
    filled = (
        [_escaped(text) + "\n" * (height - text.count("\n")) for text in row]
        for row, height in zip(cells, heights, strict=True)
    )
    return ["\n".join(column) for column in zip(*filled, strict=True)]


def _escaped(text: str) -> str:
    return "\n".join(map(escape, text.split("\n")))


def _box() -> Box:
    """Return the rules below the header and above the total, in characters that the output's encoding has."""
    from rich.box import SIMPLE, Box

    try:
        "─".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return Box(str(SIMPLE).replace("─", "-"), ascii=True)
    return SIMPLE


def as_markdown(columns: Sequence[Column], cells: Cells) -> str:
    """Return a table in GitHub's Markdown."""
    return markdown.lines(columns, (list(map(markdown.escaped, line)) for line in cells))


def listed(facts: Iterable[tuple[str, str]]) -> str:
    """Return names with their facts, one a line."""
    pairs = [(name, escape(text)) for name, text in facts]
    room = terminal_width() or 0
    longest = max((len(name) for name, _ in pairs), default=0)
    indent = min(longest + 2, room // 2) if room else longest + 2
    lines = (wrap(text, room, start=max(longest, len(name)) + 2, indent=indent) for name, text in pairs)
    shown = (f"\n{' ' * indent}".join(each) for each in lines)
    return "".join(f"{name:{longest}}  {text}\n" for (name, _), text in zip(pairs, shown, strict=True))
