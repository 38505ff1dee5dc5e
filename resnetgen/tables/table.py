"""A table before it is printed: cells of plain parts and of matrices, which every format writes in its own way."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen import display


class Column(NamedTuple):
    """A column: its title, and its alignment, to the right for numbers."""

    title: str
    number: bool = False


class Matrix(NamedTuple):
    """The layers of a block as rows, such as `1×1, 64`, and the number of equal blocks."""

    rows: tuple[str, ...]
    times: int

    def on_one_line(self) -> str:
        """Return it as `[1×1, 64; 3×3, 64] × 3`."""
        return f"[{'; '.join(self.rows)}] × {self.times:,}"


Part = str | Matrix

Cell = tuple[Part, ...]
"""Parts below one another."""


class Table(NamedTuple):
    """Rows of cells under their columns. `data` is the same in numbers, for JSON."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    data: object

    def __repr__(self) -> str:
        rows = (["; ".join(map(on_one_line, cell)) for cell in row] for row in self.rows)
        return "\n".join(" | ".join(line) for line in ([column.title for column in self.columns], *rows))

    def _repr_html_(self) -> str | None:
        return display.html(self)

    def transposed(self) -> Table:
        """Return the table with rows for columns; its first column then has the titles."""
        heads = [column.title for column in self.columns]
        titles, *columns = zip(*self.rows, strict=True)
        first = Column(heads[0])
        number = any(column.number for column in self.columns)
        rest = tuple(Column(_title(cell), number) for cell in titles)
        rows = tuple(((head,), *cells) for head, cells in zip(heads[1:], columns, strict=True))
        return Table((first, *rest), rows, self.data)


def on_one_line(part: Part) -> str:
    """Return a part of a cell as one line of text."""
    return part.on_one_line() if isinstance(part, Matrix) else part


def _title(cell: Cell) -> str:
    (text,) = cell
    assert isinstance(text, str)
    return text
