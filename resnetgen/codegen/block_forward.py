"""The statements of a forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from resnetgen.codegen.containers import origin
from resnetgen.codegen.tree import Assign, Conditional, Expression, If, Paths, Prefixed, Return, Statement, call
from resnetgen.ir.network import Node
from resnetgen.ops.composite import Composite


def chain(nodes: Sequence[Node], source: Expression, target: str, *, declare: bool = False) -> list[Assign]:
    """Statements that send `source` through the nodes into `target`, one for each node.

    A call inside another's would hold the map that the inner one reads until the outer one is done; so each map is let
    go of as soon as it is read, and a traceback names the operator that it came from.

    With `declare`, the first of them declares the target to be a Tensor, which a module's call alone does not tell.
    """
    statements: list[Assign] = []
    for node in nodes:
        value = applied_to(node, source)
        declared = f"{target}: Tensor" if declare and not statements else target
        statements.append(Assign(declared, value, at=origin(node)))
        source = target
    return statements


def applied_to(node: Node, source: Expression) -> Expression:
    """Return the expression that applies a node to its input."""
    module = f"self.{attribute(node)}"
    if factor := node.operator.factor(module):
        assert isinstance(source, str), "it ends a branch, which has other operators"
        return Prefixed(f"{source} * ", factor)
    function, more = node.operator.application(module)
    return call(function, [source, *more])


def attribute(node: Node) -> str:
    """Return the attribute of a node in the code: its name, or that of its parameter, or of its method."""
    if not node.name and node.operator.is_parameter:
        return node.operator.entries()[0].name
    return node.name if node.name or not isinstance(node.operator, Composite) else node.operator.class_name


class Sum(NamedTuple):
    """The addition of a block.

    The shortcut reads what `tap` nodes of the branch give, in their containers. With `over`, the sum is written over
    the branch. `module` is the shortcut's attribute, empty where the input itself is added; it is `optional` where only
    some blocks have it, and `test` is the condition that anything is added, empty where that is always so. `at` are the
    parts of the spec that ask for the shortcut.
    """

    tap: int
    over: bool
    module: str
    optional: bool = False
    test: str = ""
    at: Paths = ()


def block_forward(branch: Sequence[Node], post_add: Sequence[Node], sum: Sum | None) -> list[Statement]:
    """Return the body of a block's `forward`.

    Args:
        branch: the nodes of the branch.
        post_add: the nodes after the addition.
        sum: the addition; None for a block without a shortcut.
    """
    if sum is None:
        return [*chain([*branch, *post_add], "x", "out", declare=True), Return("out")]
    if sum.optional:
        statements = _tapped(branch, sum)
        shortcut: Expression = "shortcut"
    else:
        source = "preact" if sum.tap else "x"
        statements = chain(branch[: sum.tap], "x", source, declare=True)
        statements += chain(branch[sum.tap :], source, "out", declare=True)
        shortcut = call(f"self.{sum.module}", [source]) if sum.module else source
    if sum.test:
        value = shortcut if sum.over else Prefixed("out + ", shortcut)
        added = Assign("out", value, "+=" if sum.over else "=", sum.at)
        return [*statements, If(sum.test, (added,)), *chain(post_add, "out", "out"), Return("out")]
    if sum.over:
        return [*statements, Assign("out", shortcut, "+=", sum.at), *chain(post_add, "out", "out"), Return("out")]
    total = Prefixed("out + ", shortcut)
    if post_add:
        return [*statements, *chain(post_add, total, "out"), Return("out")]
    if not sum.module or sum.optional:
        return [*statements, Return(total)]
    # To a type checker a module's call is Any, and so would be a sum with one that is returned.
    return [*statements, Assign("out", total, at=sum.at), Return("out")]


def _tapped(branch: Sequence[Node], sum: Sum) -> list[Assign]:
    """Return the branch's statements, with the shortcut at its tap: the input itself if a block has no module there."""
    module = f"self.{sum.module}"
    return [
        *chain(branch[: sum.tap], "x", "out", declare=True),
        Assign("shortcut", Conditional("x", f"{module} is None", call(module, ["out"])), at=sum.at),
        *chain(branch[sum.tap :], "out", "out"),
    ]
