"""Statements of a method's body from a template: a line that is too long becomes a tree, which the printer breaks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from resnetgen.codegen.python import WIDTH
from resnetgen.codegen.tree import Assign, Bracket, Expression, Lines, Statement

_INDENT = 8
"""The columns before the body of a method."""


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a body.

    Only calls in assignments break: no other line of a template has names of modules in it, which may be long.
    """
    for line in text.splitlines():
        long = _INDENT + len(line) > WIDTH and not line.startswith(" ")
        yield _assigned(line) if long else Lines(line)


def _assigned(line: str) -> Statement:
    match ast.parse(line).body:
        case [ast.Assign(value=ast.Call() as value) | ast.AnnAssign(value=ast.Call() as value)]:
            return Assign(line[: value.col_offset].removesuffix(" = "), _call(line, value))
    return Lines(line)


def _call(line: str, node: ast.Call) -> Bracket:
    """Return a call whose arguments may have lines of their own."""
    function = line[node.col_offset : node.func.end_col_offset]
    return Bracket(f"{function}(", tuple(_argument(line, each) for each in (*node.args, *node.keywords)), ")")


def _argument(line: str, node: ast.expr | ast.keyword) -> Expression:
    if isinstance(node, ast.Call):
        return _call(line, node)
    return line[node.col_offset : node.end_col_offset]
