"""The statements of a forward pass."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.codegen.tree import Assign, Return, Statement
from resnetgen.ir.network import Node, Shortcut
from resnetgen.ops.composite import Composite


def chain(nodes: Sequence[Node], source: str, target: str, *, declare: bool = False) -> list[Assign]:
    """Statements that send `source` through the nodes into `target`, one for each node.

    A call inside another's would hold the map that the inner one reads until the outer one is done; so each map is let
    go of as soon as it is read, and a traceback names the operator that it came from.

    With `declare`, the first of them declares the target to be a Tensor, which a module's call alone does not tell.
    """
    statements: list[Assign] = []
    for node in nodes:
        value = node.operator.application(f"self.{attribute(node)}", source)
        statements.append(Assign(f"{target}: Tensor" if declare and not statements else target, value))
        source = target
    return statements


def attribute(node: Node) -> str:
    """What a node is called in the code: its name, or that of the method which it is."""
    return node.name if node.name or not isinstance(node.operator, Composite) else node.operator.class_name


def block_forward(
    branch: Sequence[Node], joined: Sequence[Node], shortcut: Shortcut, tap: int, brought: str
) -> list[Statement]:
    """The body of a block's forward; `brought` is what the shortcut brings, with `{x}` for what it reads.

    That is what `tap` nodes of the branch give, of these here, in their containers.
    """
    if shortcut.kind == "none":
        return [*chain([*branch, *joined], "x", "out", declare=True), Return("out")]
    source = "preact" if tap else "x"
    statements = chain(branch[:tap], "x", source, declare=True)
    statements += chain(branch[tap:], source, "out", declare=True)
    if shortcut.over:
        return [*statements, Assign("out", brought.format(x=source), "+="), *chain(joined, "out", "out"), Return("out")]
    total = f"out + {brought.format(x=source)}"
    if joined:
        return [*statements, *chain(joined, total, "out"), Return("out")]
    if brought == "{x}":
        return [*statements, Return(total)]
    # To a type checker a module's call is Any, and so would be a sum with one that is returned.
    return [*statements, Assign("out", total), Return("out")]
