"""A network as nodes and edges, for formats whose programs place them: Mermaid and Graphviz."""

from __future__ import annotations

from typing import NamedTuple


class Node(NamedTuple):
    """A node with its lines of text; `style` is one of `STYLES`."""

    id: str
    lines: tuple[str, ...]
    style: str


class Edge(NamedTuple):
    """An arrow; a shortcut is one that `skips`."""

    source: str
    target: str
    words: str = ""
    skips: bool = False


class Group(NamedTuple):
    """A frame around nodes, with a title; without one, there is no frame."""

    id: str
    title: str
    nodes: tuple[Node, ...]


class Graph(NamedTuple):
    """Groups in their order, and the arrows between their nodes. `title` says in a sentence what it shows."""

    title: str
    groups: tuple[Group, ...]
    edges: tuple[Edge, ...]


class GraphBuilder:
    """Collects groups and edges; nodes are chained in the order in which they are added."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self.edges: list[Edge] = []
        self.last = ""
        self._nodes: list[Node] = []
        self._count = 0

    def add(self, lines: tuple[str, ...], style: str, *, after: str | None = None) -> str:
        """Add a node, with an arrow from the last one, or from `after`; return its id."""
        node = Node(f"n{self._count}", lines, style)
        self._count += 1
        self._nodes.append(node)
        source = self.last if after is None else after
        if source:
            self.edges.append(Edge(source, node.id))
        self.last = node.id
        return node.id

    def add_shortcut(self, source: str, target: str, words: str) -> None:
        """Add the arrow of a shortcut."""
        self.edges.append(Edge(source, target, words, skips=True))

    def close(self, title: str) -> None:
        """Put the nodes since the last group into a group."""
        self.groups.append(Group(f"g{len(self.groups)}", title, tuple(self._nodes)))
        self._nodes = []

    def graph(self, title: str) -> Graph:
        """Return all that was added."""
        return Graph(title, tuple(self.groups), tuple(self.edges))
