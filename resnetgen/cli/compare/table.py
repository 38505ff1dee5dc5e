"""A table before it is printed: cells of plain parts and of matrices, which every format writes in its own way."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.cli.tables import Column


class Matrix(NamedTuple):
    """The layers of a block as rows, such as `1x1, 64`, and the number of equal blocks."""

    rows: tuple[str, ...]
    times: int


Part = str | Matrix

Cell = tuple[Part, ...]
"""Parts below one another."""


class Table(NamedTuple):
    """Rows of cells under their columns; the last `feet` rows are figures of the whole. `data` is the same for JSON."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    data: object
    feet: int = 0

    def transposed(self) -> Table:
        """Return the table with rows for columns; its first column then has the titles."""
        heads = [column.title for column in self.columns]
        titles, *columns = zip(*self.rows, strict=True)
        first = Column(heads[0])
        rest = tuple(Column(_title(cell), number=True) for cell in titles)
        rows = tuple(((head,), *cells) for head, cells in zip(heads[1:], columns, strict=True))
        return Table((first, *rest), rows, self.data)


def _title(cell: Cell) -> str:
    (text,) = cell
    assert isinstance(text, str)
    return text
