"""Tables, on a terminal and as Markdown."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.diagnostics.screen import escape

if TYPE_CHECKING:
    from rich.table import Table

Cells = Sequence[Sequence[str]]


class Column(NamedTuple):
    """A column: its title, whether it holds numbers, and what becomes of it where there is too little room.

    `cut` shortens its texts, `folds` lets them go on in the next line; all others stay as wide as they are.
    """

    title: str
    number: bool = False
    folds: bool = False
    cut: bool = False


def terminal_width() -> int | None:
    """The columns of the terminal; None where the output goes elsewhere, and has all the room that it wants."""
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def width(columns: Sequence[Column], cells: Cells) -> int:
    """How wide a table is if it has all the room that it wants."""
    from rich.console import Console

    return Console(width=100_000).measure(_table(columns, cells, total=False)).maximum


def as_text(columns: Sequence[Column], cells: Cells, room: int | None, *, total: bool = False) -> str:
    """A table in so many columns; with `total` its last row stands apart."""
    from rich.console import Console

    wanted = width(columns, cells)
    console = Console(width=wanted if room is None else min(wanted, room), markup=False, emoji=False, highlight=False)
    with console.capture() as captured:
        console.print(_table(columns, cells, total), crop=False)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines() if line.strip())


def _table(columns: Sequence[Column], cells: Cells, total: bool) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, collapse_padding=True, pad_edge=False, show_edge=False, show_footer=total)
    lines = [[Text(escape(cell)) for cell in row] for row in cells]
    footers = lines.pop() if total else [Text() for _ in columns]
    for column, footer in zip(columns, footers, strict=True):
        table.add_column(
            column.title,
            footer,
            justify="right" if column.number else "left",
            no_wrap=not column.folds,
            overflow="ellipsis" if column.cut else "fold",
        )
    for line in lines:
        table.add_row(*line)
    return table


def as_markdown(columns: Sequence[Column], cells: Cells) -> str:
    """A table in GitHub's Markdown."""
    lines = [[column.title for column in columns], ["---:" if column.number else "---" for column in columns], *cells]
    return "".join(f"| {' | '.join(map(markdown, line))} |\n" for line in lines)


def markdown(text: str) -> str:
    """A text that stands in a cell of Markdown and means itself there."""
    return escape(text).replace("\\", "\\\\").replace("|", "\\|")


def listed(facts: Iterable[tuple[str, str]]) -> str:
    """Names and what there is to say of each, below one another."""
    pairs = [(name, escape(text)) for name, text in facts]
    longest = max((len(name) for name, _ in pairs), default=0)
    return "".join(f"{name:{longest}}  {text}\n" for name, text in pairs)
