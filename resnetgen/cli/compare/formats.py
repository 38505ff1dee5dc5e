"""The formats of `resnetgen compare`: text, Markdown, LaTeX, CSV, JSON and HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from resnetgen.cli import tables
from resnetgen.cli.compare.table import Cell, Part, Table
from resnetgen.cli.tables import Column
from resnetgen.diagnostics.terminal import escape

_BY = re.compile(r"(?<=\d)x(?=\d)")


def as_text(table: Table) -> str:
    """Return a table for the terminal; a matrix has a bracket at both sides of each row."""
    cells = [["\n".join(map(_text, cell)) for cell in row] for row in table.rows]
    return tables.as_text(table.columns, cells)


def _text(part: Part) -> str:
    if isinstance(part, str):
        return part
    width = max(map(len, part.rows), default=0)
    lines = [f"[ {row:{width}} ]" for row in part.rows]
    if not lines:
        return f"no layers x {part.times}"
    middle = (len(lines) - 1) // 2
    lines[middle] += f" x {part.times:,}"
    return "\n".join(lines)


def as_markdown(table: Table) -> str:
    """Return a table in GitHub's Markdown, where `<br>` breaks a line in a cell."""
    lines = [[column.title for column in table.columns]]
    lines += [["---:" if column.number else "---" for column in table.columns]]
    shown = [[tables.markdown(cell) for cell in line] for line in lines]
    shown += [["<br>".join(tables.markdown(_line(part, "×")) for part in cell) for cell in row] for row in table.rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in shown)


def _line(part: Part, sign: str) -> str:
    """Return a part in one line: `[1×1, 64; 3×3, 64] × 3`."""
    if isinstance(part, str):
        return _BY.sub(sign, part)
    return f"[{_BY.sub(sign, '; '.join(part.rows))}] {sign} {part.times:,}"


def as_csv(table: Table) -> str:
    """Return a table as comma-separated values (RFC 4180), with parts of a cell separated by `; `."""
    import csv
    from io import StringIO

    paper = StringIO()
    writer = csv.writer(paper)
    writer.writerow([column.title for column in table.columns])
    writer.writerows(["; ".join(_line(part, "x") for part in cell) for cell in row] for row in table.rows)
    return paper.getvalue()


def as_json(table: Table) -> str:
    """Return the numbers of a table as JSON."""
    import json

    return json.dumps(table.data, indent=2, ensure_ascii=False) + "\n"


_LATEX_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def as_latex(table: Table) -> str:
    """Return a tabular environment, which needs no package."""
    sides = "".join("r" if column.number else "c" if index else "l" for index, column in enumerate(table.columns))
    lines = [
        rf"\begin{{tabular}}{{{sides}}}",
        r"\hline",
        _latex_row([_latex(column.title) for column in table.columns]),
    ]
    for number, row in enumerate(table.rows):
        lines += [r"\hline"] if not number or table.feet else []
        lines.append(_latex_row(list(map(_latex_cell, row))))
    return "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n"


def _latex_row(cells: list[str]) -> str:
    return " & ".join(cells) + r" \\"


def _latex_cell(cell: Cell) -> str:
    parts = list(map(_latex_part, cell))
    if len(parts) <= 1:
        return "".join(parts)
    lines = r" \\ ".join(parts)
    return rf"\begin{{tabular}}{{@{{}}c@{{}}}}{lines}\end{{tabular}}"


def _latex_part(part: Part) -> str:
    if isinstance(part, str):
        return _latex(part)
    rows = r" \\ ".join(rf"\mbox{{{_latex(row)}}}" for row in part.rows)
    return rf"$\left[\begin{{array}}{{@{{}}l@{{}}}}{rows}\end{{array}}\right]\times {part.times}$"


def _latex(text: str) -> str:
    shown = "".join(_LATEX_SPECIAL.get(character, character) for character in escape(text))
    return _BY.sub(r"$\\times$", shown)


def as_html(table: Table) -> str:
    """Return a table element; a page's style decides its look."""
    from html import escape as html_escape

    heads = "".join(f"<th>{html_escape(column.title)}</th>" for column in table.columns)
    body = "".join(f"<tr>{''.join(map(_html_cell, table.columns, row))}</tr>\n" for row in table.rows)
    return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def _html_cell(column: Column, cell: Cell) -> str:
    from html import escape as html_escape

    style = ' style="text-align:right"' if column.number else ""
    return f"<td{style}>{'<br>'.join(html_escape(escape(_line(part, '×'))) for part in cell)}</td>"


FORMATS: Mapping[str, Callable[[Table], str]] = {
    "table": as_text,
    "markdown": as_markdown,
    "latex": as_latex,
    "csv": as_csv,
    "json": as_json,
    "html": as_html,
}
"""The printers by name."""
