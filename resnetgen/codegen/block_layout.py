"""Block layouts: a block's operators in containers, and the key by which blocks share a class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.codegen.block_forward import attribute
from resnetgen.codegen.classes import Known, form
from resnetgen.codegen.containers import contained, grouped, origin
from resnetgen.codegen.tree import Paths, merged
from resnetgen.ir.naming import capitals
from resnetgen.ir.network import Block, Node, Run, Shortcut
from resnetgen.ops.composite import Composite


class BlockLayout(NamedTuple):
    """A block: its nodes in containers. A method's node stands for the operators in it.

    `at` are the parts of the spec that ask for blocks of its form, `shortcut_at` the parts that ask for their shortcut.
    """

    block: Block
    branch: tuple[Node, ...]
    post_add: tuple[Node, ...]
    shortcut: tuple[Node, ...]
    at: Paths = ()
    shortcut_at: Paths = ()

    def nodes(self) -> tuple[Node, ...]:
        """Return all its nodes."""
        return (*self.branch, *self.post_add, *self.shortcut)

    def attributes(self) -> list[Node]:
        """Return the nodes that its constructor assigns, in order, without the shortcut."""
        return [attribute for node in (*self.branch, *self.post_add) for attribute in _attributes(node)]

    def adds(self) -> bool:
        """Tell whether the block adds a shortcut to its branch."""
        return self.block.shortcut.kind != "none"

    def tap(self) -> int:
        """Return the number of branch nodes before the shortcut's input; the tap splits no container."""
        return len(grouped(self.block.branch[: self.block.shortcut.tap]))

    def widths(self) -> tuple[tuple[str, int], ...]:
        """Return the names and values of its widths: those of its type, and of its methods."""
        return (*self.block.widths, *(width for one in self.methods() for width in one.widths()))

    def methods(self) -> Iterator[Composite]:
        """Yield the operators that become methods of the block's class."""
        yield from (node.operator for node in self.branch if _is_method(node) and isinstance(node.operator, Composite))

    def flag(self) -> Composite | None:
        """Return the method whose flag may differ between the uses of one class; None if there is none."""
        return next((one for one in self.methods() if one.flag), None)

    def flagged(self) -> BlockLayout:
        """Return the layout for a class that has such a flag as an attribute."""
        branch = (
            node._replace(operator=node.operator.flagged())
            if _is_method(node) and isinstance(node.operator, Composite) and node.operator.flag
            else node
            for node in self.branch
        )
        return self._replace(branch=tuple(branch))

    def likeness(self, known: Known) -> tuple[object, ...]:
        """Return the key that all uses of one class share."""
        plain = self.flagged()
        return (self.block.type, form(plain.branch, known), form(plain.post_add, known))

    def variant(self) -> tuple[object, ...]:
        """Return the rest that `forward` depends on; one class serves several variants if a condition decides."""
        flag = self.flag()
        return (self.adds(), self.block.shortcut.tap, flag and getattr(flag, flag.flag))


def block_layout(run: Run) -> BlockLayout:
    """Lay out the block of a run."""
    block, around = run.block, run.block.shortcut
    named = any(node.name for node in around.nodes)
    shortcut = contained(around.name, around.nodes, capitals(shortcut_kind(around))) if named else around.nodes
    shortcut_at = merged([(run.shortcut_at,) if run.shortcut_at else (), *map(origin, shortcut)])
    at = tuple(filter(None, (run.at, run.type_at)))
    return BlockLayout(block, grouped(block.branch), grouped(block.post_add), shortcut, at, shortcut_at)


def shortcut_kind(shortcut: Shortcut) -> str:
    """Return the kind of a shortcut: an `avg_projection` without a stride averages nothing, so it is a `projection`."""
    if not shortcut.kind.endswith("projection"):
        return "shortcut"
    averages = any(node.operator.role == "avg_pool" for node in shortcut.nodes)
    return "avg_projection" if averages else "projection"


def _is_method(node: Node) -> bool:
    return not node.name and isinstance(node.operator, Composite) and node.operator.inline


def _attributes(node: Node) -> list[Node]:
    if node.operator.is_parameter:
        return [node._replace(name=attribute(node))]
    if node.name or not isinstance(node.operator, Composite):
        return [node]
    return [Node(part.name, part.operator, node.at) for part in node.operator.parts()]
