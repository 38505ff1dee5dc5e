"""Pictures as Mermaid, the flowcharts of Markdown that GitHub and GitLab render.

The one colour is that of shortcuts. It has a contrast of more than 3 : 1 with a light and with a dark page; the other
colours are left to the page.

Mermaid places frames that no arrow connects in the reverse order of the file, or in another one; invisible links
between them keep their order. It breaks lines that are wider than 200 pixels, in the middle of `64 → 128`.
"""

from __future__ import annotations

from resnetgen.pictures.drawing import Drawing
from resnetgen.pictures.formats import MARK
from resnetgen.pictures.graph import Edge, Graph, Group, Node
from resnetgen.pictures.network_graph import graph_of
from resnetgen.pictures.style import COLORS
from resnetgen.unicode import escape_invisible

_ENTITIES = str.maketrans({character: f"#{ord(character)};" for character in '#&<>"`\\*_~%'})
"""Mermaid writes a character by its number; characters with a meaning in Mermaid or Markdown are written so."""

_SHAPES = {"map": ('(["', '"])'), "sum": ('(("', '"))'), "act": ('("', '")')}
"""The signs before and behind the text of a node: a rounded box, a circle, and else a box."""


_HEAD = ("---", "config:", "  flowchart:", "    wrappingWidth: 400", "---", f"%% {MARK}")
"""The settings of Mermaid for a file, which stand at its start, and the comment by which it is recognized."""


def print_drawing(drawing: Drawing) -> str:
    """Return the text of a Mermaid file."""
    return print_graph(graph_of(drawing))


def print_graph(graph: Graph) -> str:
    """Return a graph as a flowchart from top to bottom, or as several in frames from left to right."""
    frames = [group for group in graph.groups if group.title]
    lines = [*_HEAD, f"flowchart {'LR' if frames else 'TB'}", f"  accTitle: {_escaped(graph.title)}"]
    for group in graph.groups:
        nodes = [f"  {_node(node)}" for node in group.nodes]
        lines += _framed(group, nodes) if group.title else nodes
    lines += (f"  {_edge(edge)}" for edge in graph.edges)
    if len(frames) > 1:
        lines.append(f"  {' ~~~ '.join(group.id for group in frames)}")
    skips = [str(number) for number, edge in enumerate(graph.edges) if edge.skips]
    if skips:
        lines.append(f"  linkStyle {','.join(skips)} stroke:{COLORS['skip'][0]},stroke-width:2px")
    return "\n".join(lines) + "\n"


def _framed(group: Group, nodes: list[str]) -> list[str]:
    head = [f'  subgraph {group.id}["{_escaped(group.title)}"]', "    direction TB"]
    return [*head, *(f"  {line}" for line in nodes), "  end"]


def _node(node: Node) -> str:
    before, behind = _SHAPES.get(node.style, ('["', '"]'))
    return f"{node.id}{before}{'<br>'.join(map(_escaped, node.lines))}{behind}"


def _edge(edge: Edge) -> str:
    if not edge.skips:
        return f"{edge.source} --> {edge.target}"
    words = f'|"{_escaped(edge.words)}"|' if edge.words else ""
    return f"{edge.source} -.->{words} {edge.target}"


def _escaped(text: str) -> str:
    return escape_invisible(text).translate(_ENTITIES)
