"""Tables of networks for the terminal."""

from __future__ import annotations

from resnetgen.cli import tables
from resnetgen.tables.table import Part, Table


def print_table(table: Table) -> str:
    """Return a table for the terminal; a matrix has a bracket at both sides of each row."""
    cells = [["\n".join(map(_text, cell)) for cell in row] for row in table.rows]
    return tables.as_text(table.columns, cells)


def _text(part: Part) -> str:
    if isinstance(part, str):
        return part.replace("×", "x")
    rows = [row.replace("×", "x") for row in part.rows]
    if not rows:
        return f"no layers x {part.times}"
    width = max(map(len, rows))
    lines = [f"[ {row:{width}} ]" for row in rows]
    lines[(len(lines) - 1) // 2] += f" x {part.times:,}"
    return "\n".join(lines)
