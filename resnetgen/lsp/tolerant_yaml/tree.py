"""The tree of a text that may be invalid YAML at the moment.

`source/source.py` rejects invalid YAML, and while someone types, a text seldom is valid. This tree is built from
indentation (`block.py`) and brackets (`flow.py`) alone. Building it never fails; where the two disagree, it guesses.
Only what an editor shows is made of it.
"""

from __future__ import annotations

import weakref
from typing import NamedTuple

from resnetgen.diagnostics.model import Path

CURSOR = "\ue000"
"""Stands in a text where the cursor is: a character of no language, which the sketch takes for a letter."""


class Node:
    """A key with its value, or an entry of a list. Offsets count characters of the text; ends are exclusive.

    `key_end` is 0 for a node without a key; `colon` tells whether the key has one. `value` is None for an empty node.

    A node does not keep its parent alive: the tree does. Without cycles, a tree is freed with the request it is made
    for; with them, trees pile up until Python looks for cycles, which of a large text are hundreds of megabytes.
    """

    __slots__ = ("__weakref__", "_parent", "colon", "end", "key_end", "key_start", "start", "step", "value")

    def __init__(self, parent: Node | None, step: str | int, at: int) -> None:
        self._parent = None if parent is None else weakref.ref(parent)
        self.step = step
        self.key_start = self.start = self.end = at
        self.key_end = 0
        self.colon = False
        self.value: dict[str, Node] | list[Node] | str | None = None

    @property
    def parent(self) -> Node | None:
        """The mapping or list around the node, in a tree that is still held; None for the root."""
        if self._parent is None:
            return None
        parent = self._parent()
        assert parent is not None, "the tree of a node is held for as long as the node is asked"
        return parent

    @property
    def path(self) -> Path:
        """The node's path in the data."""
        steps: list[str | int] = []
        node: Node = self
        while (parent := node.parent) is not None:
            steps.append(node.step)
            node = parent
        return tuple(reversed(steps))

    def child(self, step: str | int) -> Node | None:
        """Return the child at a key, or at an index of a list."""
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None

    def data(self) -> object:
        """Return the value as plain data, without the node of the cursor; scalars stay strings."""
        if isinstance(self.value, dict):
            return {key: node.data() for key, node in self.value.items() if CURSOR not in key}
        if isinstance(self.value, list):
            return [node.data() for node in self.value]
        return None if self.value is None else self.value.replace(CURSOR, "")


class YamlTree(NamedTuple):
    """The nodes of a text: `nodes` are all but the root, in the order of the text.

    `cursor` is the node that the cursor is in, if any: in its key with `cursor_in_key`, else in its value.
    """

    root: Node
    nodes: list[Node]
    cursor: Node | None = None
    cursor_in_key: bool = False

    def find(self, path: Path) -> Node | None:
        """Return the node at a path."""
        found: Node | None = self.root
        for step in path:
            found = None if found is None else found.child(step)
        return found

    def at(self, place: int) -> tuple[Node, bool] | None:
        """Return the node whose key or scalar contains an offset or ends at it, and whether that is the key."""
        for node in self.nodes:
            if node.key_end and node.key_start <= place <= node.key_end:
                return node, True
            if isinstance(node.value, str) and node.start <= place <= node.end:
                return node, False
        return None


class TreeBuilder:
    """A tree under construction."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = Node(None, "", 0)
        self.nodes: list[Node] = []
        self.cursor: Node | None = None
        self.in_key = False

    def finished(self) -> YamlTree:
        """Return the tree."""
        return YamlTree(self.root, self.nodes, self.cursor, self.in_key)

    def entry(self, owner: Node, at: int) -> Node:
        """Append an entry to a list."""
        assert isinstance(owner.value, list)
        node = Node(owner, len(owner.value), at)
        owner.value.append(node)
        self.nodes.append(node)
        return node

    def key(self, owner: Node, start: int, end: int, *, colon: bool) -> Node:
        """Append a key to a mapping."""
        assert isinstance(owner.value, dict)
        node = Node(owner, unquote(self.text[start:end]), start)
        node.key_end = node.start = node.end = end
        node.colon = colon
        owner.value[str(node.step)] = node
        self.nodes.append(node)
        self._look_for_cursor(node, start, end, in_key=True)
        return node

    def value(self, node: Node, start: int, end: int) -> None:
        """Set the scalar of a node."""
        node.start, node.end = start, end
        node.value = unquote(self.text[start:end])
        self._look_for_cursor(node, start, end, in_key=False)

    def _look_for_cursor(self, node: Node, start: int, end: int, *, in_key: bool) -> None:
        if self.text.find(CURSOR, start, end) >= 0:
            self.cursor, self.in_key = node, in_key


def unquote(written: str) -> str:
    """Return a quoted text without its quotes, closed or not; escapes stay as they are."""
    if written[:1] not in ('"', "'"):
        return written
    closed = len(written) > 1 and written[-1] == written[0]
    inside = written[1:-1] if closed else written[1:]
    return inside.replace("''", "'") if written[0] == "'" else inside
