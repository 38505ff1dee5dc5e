"""The statements of a forward pass."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.emit.python import WIDTH
from resnetgen.ir import Block, Node

INDENT = 8


def chain(nodes: Sequence[Node], source: str, target: str, *, declare: bool = False) -> list[str]:
    """Statements that send `source` through the nodes into `target`, those of one layer in one expression.

    With `declare`, the first of them declares the target to be a Tensor, which a module's call alone does not tell.
    """
    statements: list[str] = []
    for unit in _units(nodes):
        expression = source
        for node in unit:
            applied = node.operator.application(f"self.{node.name}", expression)
            if INDENT + len(target) + len(": Tensor = ") + len(applied) > WIDTH and expression != source:
                statements.append(_assigned(target, expression, declare and not statements))
                applied = node.operator.application(f"self.{node.name}", target)
            expression = applied
        statements.append(_assigned(target, expression, declare and not statements))
        source = target
    return statements


def _assigned(target: str, expression: str, declare: bool) -> str:
    return f"{target}: Tensor = {expression}" if declare else f"{target} = {expression}"


def _units(nodes: Sequence[Node]) -> list[list[Node]]:
    """The nodes layer by layer; a pool, which has no number of its own, is a layer too."""
    units: list[list[Node]] = []
    for node in nodes:
        if units and units[-1][-1].unit == node.unit and not (_is_pool(units[-1][-1]) or _is_pool(node)):
            units[-1].append(node)
        else:
            units.append([node])
    return units


def _is_pool(node: Node) -> bool:
    return node.operator.role in ("max_pool", "avg_pool")


def block_forward(block: Block, brought: str) -> list[str]:
    """The body of a block's forward; `brought` is what the shortcut brings, with `{x}` for what it reads."""
    tap = block.shortcut.tap
    if block.shortcut.kind == "none":
        statements = chain([*block.branch, *block.joined], "x", "out", declare=True)
        return [*statements, "return out"]
    if tap:
        statements = chain(block.branch[:tap], "x", "preact", declare=True)
        statements += chain(block.branch[tap:], "preact", "out", declare=True)
        total = f"out + {brought.format(x='preact')}"
    else:
        statements = chain(block.branch, "x", "out", declare=True)
        total = f"out + {brought.format(x='x')}"
    if block.joined:
        return [*statements, *chain(block.joined, total, "out"), "return out"]
    if brought == "{x}":
        return [*statements, f"return {total}"]
    # To a type checker a module's call is Any, and so would be a sum with one that is returned.
    return [*statements, f"out = {total}", "return out"]
