"""Tables as elements of HTML; a page's style decides their look."""

from __future__ import annotations

from resnetgen.diagnostics.terminal import escape
from resnetgen.tables.table import Cell, Column, Table, on_one_line


def print_table(table: Table) -> str:
    """Return a table element."""
    heads = "".join(f"<th>{_escaped(column.title)}</th>" for column in table.columns)
    body = "".join(f"<tr>{''.join(map(_cell, table.columns, row))}</tr>\n" for row in table.rows)
    return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def _cell(column: Column, cell: Cell) -> str:
    style = ' style="text-align:right"' if column.number else ""
    return f"<td{style}>{'<br>'.join(_escaped(on_one_line(part)) for part in cell)}</td>"


def _escaped(text: str) -> str:
    from html import escape as html_escape

    return html_escape(escape(text))
