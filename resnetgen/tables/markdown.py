"""Tables in GitHub's Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from resnetgen.diagnostics.terminal import escape
from resnetgen.tables.table import Column, Table, on_one_line


def print_table(table: Table) -> str:
    """Return a table, where `<br>` breaks a line in a cell."""
    return lines(
        table.columns,
        (["<br>".join(escaped(on_one_line(part)) for part in cell) for cell in row] for row in table.rows),
    )


def lines(columns: Sequence[Column], cells: Iterable[Sequence[str]]) -> str:
    """Return the lines of a table whose cells are Markdown."""
    heads = [escaped(column.title) for column in columns]
    sides = ["---:" if column.number else "---" for column in columns]
    return "".join(f"| {' | '.join(line)} |\n" for line in (heads, sides, *cells))


def escaped(text: str) -> str:
    """Escape a text for Markdown, in a cell too."""
    return escape(text).replace("\\", "\\\\").replace("|", "\\|")
