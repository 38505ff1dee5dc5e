"""Tables as environments of LaTeX, which need no package."""

from __future__ import annotations

from resnetgen.diagnostics.terminal import escape
from resnetgen.tables.table import Cell, Part, Table

_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "×": r"$\times$",
    "<": r"$<$",
    ">": r"$>$",
    "|": r"$|$",
}


def print_table(table: Table) -> str:
    """Return a tabular environment."""
    sides = "".join("r" if column.number else "c" if index else "l" for index, column in enumerate(table.columns))
    lines = [
        rf"\begin{{tabular}}{{{sides}}}",
        r"\hline",
        _row([escaped(column.title) for column in table.columns]),
    ]
    ruled = any(len(cell) > 1 or not all(isinstance(part, str) for part in cell) for row in table.rows for cell in row)
    for number, row in enumerate(table.rows):
        lines += [r"\hline"] if ruled or not number else []
        lines.append(_row(list(map(_cell, row))))
    return "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n"


def _row(cells: list[str]) -> str:
    return " & ".join(cells) + r" \\"


def _cell(cell: Cell) -> str:
    parts = list(map(_part, cell))
    if len(parts) <= 1:
        return "".join(parts)
    lines = r" \\ ".join(parts)
    return rf"\begin{{tabular}}{{@{{}}c@{{}}}}{lines}\end{{tabular}}"


def _part(part: Part) -> str:
    if isinstance(part, str):
        return escaped(part)
    rows = r" \\ ".join(rf"\mbox{{{escaped(row)}}}" for row in part.rows)
    return rf"$\left[\begin{{array}}{{@{{}}l@{{}}}}{rows}\end{{array}}\right]\times {part.times}$"


def escaped(text: str) -> str:
    """Return a text for LaTeX, in which no character is a command."""
    return "".join(_SPECIAL.get(character, character) for character in escape(text))
