"""Tables of a page: wide ones scroll inside their frame, which the keyboard reaches."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.pages.markup import Markup, fill, joined
from resnetgen.tables.table import Cell, Column, Matrix, Part, Table

Cells = Sequence[Sequence[object]]


def table(caption: str, columns: Sequence[Column], rows: Cells, *, total: bool = False) -> Markup:
    """Return a table.

    Args:
        caption: the sentence that says what it shows.
        columns: the titles of the columns; the first one's cells are the titles of the rows.
        rows: the cells: text, or `Markup`.
        total: set the last row apart.
    """
    heads = joined(fill('<th{} scope="col">{}</th>', _side(column), column.title) for column in columns)
    lines = [_row(columns, row) for row in rows]
    foot = fill("<tfoot>\n{}</tfoot>\n", lines.pop()) if total else Markup("")
    body = fill("<tbody>\n{}</tbody>\n", joined(lines))
    return fill(
        '<div class="frame" tabindex="0" role="region" aria-label="{caption}">\n<table>\n<caption>{caption}</caption>\n'
        "<thead><tr>{heads}</tr></thead>\n{body}{foot}</table>\n</div>\n",
        caption=caption,
        heads=heads,
        body=body,
        foot=foot,
    )


def _row(columns: Sequence[Column], row: Sequence[object]) -> Markup:
    first = fill('<th scope="row">{}</th>', row[0])
    cells = (fill("<td{}>{}</td>", _side(column), cell) for column, cell in zip(columns[1:], row[1:], strict=True))
    return fill("<tr>{}{}</tr>\n", first, joined(cells))


def _side(column: Column) -> Markup:
    return Markup(' class="number"') if column.number else Markup("")


def networks(caption: str, shown: Table) -> Markup:
    """Return a table of networks, whose cells may have matrices."""
    return table(caption, shown.columns, [list(map(_cell, row)) for row in shown.rows])


def _cell(cell: Cell) -> Markup:
    return joined(map(_part, cell), "<br>")


def _part(part: Part) -> object:
    if not isinstance(part, Matrix):
        return part
    rows = joined(part.rows, "<br>")
    return fill('<span class="matrix"><span class="rows">{}</span> × {}</span>', rows, f"{part.times:,}")


def facts(pairs: Sequence[tuple[str, object]]) -> Markup:
    """Return names with what is so called, as a list of descriptions."""
    return fill("<dl>\n{}</dl>\n", joined(fill("<dt>{}</dt><dd>{}</dd>\n", *pair) for pair in pairs))
