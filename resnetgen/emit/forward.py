"""The statements of a forward pass."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.emit.python import WIDTH
from resnetgen.ir import Node, Shortcut
from resnetgen.ops.composite import Composite

INDENT = 8


def chain(nodes: Sequence[Node], source: str, target: str, *, declare: bool = False) -> list[str]:
    """Statements that send `source` through the nodes into `target`, those of one layer in one expression.

    With `declare`, the first of them declares the target to be a Tensor, which a module's call alone does not tell.
    """
    statements: list[str] = []
    for unit in _units(nodes):
        expression = source
        for node in unit:
            applied = node.operator.application(f"self.{attribute(node)}", expression)
            if INDENT + len(target) + len(": Tensor = ") + len(applied) > WIDTH and expression != source:
                statements.append(_assigned(target, expression, declare and not statements))
                applied = node.operator.application(f"self.{attribute(node)}", target)
            expression = applied
        statements.append(_assigned(target, expression, declare and not statements))
        source = target
    return statements


def attribute(node: Node) -> str:
    """What a node is called in the code: its name, or that of the method which it is."""
    return node.name if node.name or not isinstance(node.operator, Composite) else node.operator.class_name


def _assigned(target: str, expression: str, declare: bool) -> str:
    return f"{target}: Tensor = {expression}" if declare else f"{target} = {expression}"


def _units(nodes: Sequence[Node]) -> list[list[Node]]:
    """The nodes layer by layer; a pool or attention, which has no number of its own, is a layer too."""
    units: list[list[Node]] = []
    for node in nodes:
        if units and units[-1][-1].unit == node.unit and not (_stands_alone(units[-1][-1]) or _stands_alone(node)):
            units[-1].append(node)
        else:
            units.append([node])
    return units


def _stands_alone(node: Node) -> bool:
    return node.operator.role in ("max_pool", "avg_pool", "multi_scale", "attention", "pad")


def block_forward(
    branch: Sequence[Node], joined: Sequence[Node], shortcut: Shortcut, tap: int, brought: str
) -> list[str]:
    """The body of a block's forward; `brought` is what the shortcut brings, with `{x}` for what it reads.

    That is what `tap` nodes of the branch give, of these here, in their containers.
    """
    if shortcut.kind == "none":
        statements = chain([*branch, *joined], "x", "out", declare=True)
        return [*statements, "return out"]
    source = "preact" if tap else "x"
    statements = chain(branch[:tap], "x", source, declare=True)
    statements += chain(branch[tap:], source, "out", declare=True)
    if shortcut.over:
        return [*statements, f"out += {brought.format(x=source)}", *chain(joined, "out", "out"), "return out"]
    total = f"out + {brought.format(x=source)}"
    if joined:
        return [*statements, *chain(joined, total, "out"), "return out"]
    if brought == "{x}":
        return [*statements, f"return {total}"]
    # To a type checker a module's call is Any, and so would be a sum with one that is returned.
    return [*statements, f"out = {total}", "return out"]
