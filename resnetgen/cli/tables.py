"""Tables, on a terminal and as Markdown."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.cli.output import colored
from resnetgen.diagnostics.terminal import escape

if TYPE_CHECKING:
    from rich.box import Box
    from rich.table import Table

Cells = Sequence[Sequence[str]]


class Column(NamedTuple):
    """A column: its title, and whether it holds numbers."""

    title: str
    number: bool = False


def terminal_width() -> int | None:
    """The columns of the terminal; None where the output goes elsewhere, and has all the room that it wants."""
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def width(columns: Sequence[Column], cells: Cells) -> int:
    """How wide a table is."""
    from rich.console import Console

    return Console(width=100_000).measure(_table(columns, cells, total=False)).maximum


def fold(cells: Cells, column: int, excess: int) -> list[list[str]]:
    """Break the texts of a column at their commas, to make it narrower by so much if that can be."""
    from textwrap import wrap

    kept = "\u00a0"  # textwrap does not break here
    room = max(1, max(len(row[column]) for row in cells) - excess)
    folded = [list(row) for row in cells]
    for row in folded:
        text = row[column].replace(" ", kept).replace(f",{kept}", ", ")
        row[column] = "\n".join(wrap(text, room, break_long_words=False, break_on_hyphens=False)).replace(kept, " ")
    return folded


def cut(cells: Cells, column: int, excess: int) -> list[list[str]]:
    """Shorten the texts of a column, to make it narrower by so much; but something of each has to be left."""
    room = max(20, max(len(row[column]) for row in cells) - excess)
    shortened = [list(row) for row in cells]
    for row in shortened:
        if len(row[column]) > room:
            row[column] = row[column][: room - 3].rstrip() + "..."
    return shortened


def as_text(columns: Sequence[Column], cells: Cells, *, total: bool = False) -> str:
    """A table as wide as what is in it; with `total` its last row stands apart."""
    from rich.console import Console

    paper = StringIO()  # rich would write to standard output even what it only measures
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
    lines = [[Text("\n".join(map(escape, cell.split("\n")))) for cell in row] for row in cells]
    footers = lines.pop() if total else [Text() for _ in columns]
    for column, footer in zip(columns, footers, strict=True):
        table.add_column(column.title, footer, justify="right" if column.number else "left", no_wrap=True)
    for line in lines:
        table.add_row(*line)
    return table


def _box() -> Box:
    """Rules below the header and above the total, drawn with what the output's encoding has."""
    from rich.box import SIMPLE, Box

    try:
        "─".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return Box(str(SIMPLE).replace("─", "-"), ascii=True)
    return SIMPLE


def as_markdown(columns: Sequence[Column], cells: Cells) -> str:
    """A table in GitHub's Markdown."""
    lines = [[column.title for column in columns], ["---:" if column.number else "---" for column in columns], *cells]
    return "".join(f"| {' | '.join(map(markdown, line))} |\n" for line in lines)


def markdown(text: str) -> str:
    """A text that stands in Markdown, in a cell too, and means itself there."""
    return escape(text).replace("\\", "\\\\").replace("|", "\\|")


def listed(facts: Iterable[tuple[str, str]]) -> str:
    """Names and what there is to say of each, below one another."""
    pairs = [(name, escape(text)) for name, text in facts]
    longest = max((len(name) for name, _ in pairs), default=0)
    return "".join(f"{name:{longest}}  {text}\n" for name, text in pairs)
