"""A block as its class has it: its operators in containers, and what it must have in common with others of a class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.codegen.classes import Known, form
from resnetgen.codegen.containers import contained, grouped
from resnetgen.ir.naming import capitals
from resnetgen.ir.network import Block, Node, Shortcut
from resnetgen.ops.composite import Composite


class BlockLayout(NamedTuple):
    """A block: its nodes in containers, and its attributes in order, those of a method apart."""

    block: Block
    branch: tuple[Node, ...]
    post_add: tuple[Node, ...]
    shortcut: tuple[Node, ...]

    def nodes(self) -> tuple[Node, ...]:
        """All its nodes."""
        return (*self.branch, *self.post_add, *self.shortcut)

    def attributes(self) -> list[Node]:
        """What its constructor assigns, in order, but for the shortcut."""
        return [attribute for node in (*self.branch, *self.post_add) for attribute in _attributes(node)]

    def adds(self) -> bool:
        """Whether anything is added to the branch."""
        return self.block.shortcut.kind != "none"

    def tap(self) -> int:
        """How many nodes of the branch the shortcut reads after, none of which is torn."""
        return len(grouped(self.block.branch[: self.block.shortcut.tap]))

    def widths(self) -> tuple[tuple[str, int], ...]:
        """What its class calls its numbers of channels: those of its type, and of its methods."""
        return (*self.block.widths, *(width for one in self.methods() for width in one.widths()))

    def methods(self) -> Iterator[Composite]:
        """The operators that are methods of it."""
        yield from (node.operator for node in self.branch if _is_method(node) and isinstance(node.operator, Composite))

    def flag(self) -> Composite | None:
        """The method with a fact that may differ between the uses of one class, where there is such a one."""
        return next((one for one in self.methods() if one.flag), None)

    def flagged(self) -> BlockLayout:
        """The same for a class that has such a fact as an attribute."""
        branch = (
            node._replace(operator=node.operator.flagged())
            if _is_method(node) and isinstance(node.operator, Composite) and node.operator.flag
            else node
            for node in self.branch
        )
        return self._replace(branch=tuple(branch))

    def likeness(self, known: Known) -> tuple[object, ...]:
        """What it must have in common with the other uses of its class."""
        plain = self.flagged()
        return (self.block.type, form(plain.branch, known), form(plain.post_add, known))

    def variant(self) -> tuple[object, ...]:
        """What its `forward` depends on beside that: one serves several variants where a condition tells them apart."""
        flag = self.flag()
        return (self.adds(), self.block.shortcut.tap, flag and getattr(flag, flag.flag))


def block_layout(block: Block) -> BlockLayout:
    """The layout of a block."""
    around = block.shortcut
    named = any(node.name for node in around.nodes)
    shortcut = contained(around.name, around.nodes, capitals(shortcut_kind(around))) if named else around.nodes
    return BlockLayout(block, grouped(block.branch), grouped(block.post_add), shortcut)


def shortcut_kind(shortcut: Shortcut) -> str:
    """What a projection does: without a stride there is nothing to average, whatever was asked for."""
    if not shortcut.kind.endswith("projection"):
        return "shortcut"
    averages = any(node.operator.role == "avg_pool" for node in shortcut.nodes)
    return "avg_projection" if averages else "projection"


def _is_method(node: Node) -> bool:
    return not node.name and isinstance(node.operator, Composite) and node.operator.inline


def _attributes(node: Node) -> list[Node]:
    if node.name or not isinstance(node.operator, Composite):
        return [node]
    return [Node(part.name, part.operator, node.at) for part in node.operator.parts()]
