"""Pictures as Graphviz reads them: `dot -Tpdf resnet50.dot`."""

from __future__ import annotations

from resnetgen.pictures.drawing import Drawing
from resnetgen.pictures.formats import MARK
from resnetgen.pictures.graph import Edge, Graph, Group, Node
from resnetgen.pictures.network_graph import graph_of
from resnetgen.pictures.style import COLORS, STYLES
from resnetgen.unicode import escape_invisible

_HEAD = """\
  rankdir=TB; nodesep=0.3; ranksep=0.3; compound=true;
  fontname="Helvetica"; fontsize=12; labeljust=l;
  node [fontname="Helvetica", fontsize=12, shape=box, style="filled,rounded", margin="0.14,0.06"];
  edge [fontname="Helvetica", fontsize=11, arrowsize=0.7];"""


def print_drawing(drawing: Drawing) -> str:
    """Return the text of a file for Graphviz."""
    return print_graph(graph_of(drawing))


def print_graph(graph: Graph) -> str:
    """Return a graph from top to bottom, in the light set of colours."""
    lines = [f"// {MARK}", "digraph network {", _HEAD, f"  tooltip={_quoted(graph.title)};"]
    for group in graph.groups:
        nodes = [f"  {_node(node)}" for node in group.nodes]
        lines += _framed(group, nodes) if group.title else nodes
    lines += (f"  {_edge(edge)}" for edge in graph.edges)
    return "\n".join([*lines, "}"]) + "\n"


def _framed(group: Group, nodes: list[str]) -> list[str]:
    head = f"  subgraph cluster_{group.id} {{ label={_quoted(group.title)}; style=rounded;"
    return [f'{head} color="{COLORS["line"][0]}";', *(f"  {line}" for line in nodes), "  }"]


def _node(node: Node) -> str:
    look = STYLES[node.style]
    fill, stroke = (COLORS[name][0] if name else COLORS["ground"][0] for name in (look.fill, look.stroke))
    shape = ', shape=circle, margin="0.02"' if node.style == "sum" else ""
    label = _quoted("\n".join(node.lines))
    return f'{node.id} [label={label}, fillcolor="{fill}", color="{stroke}"{shape}];'


def _edge(edge: Edge) -> str:
    if not edge.skips:
        return f"{edge.source} -> {edge.target};"
    color = COLORS["skip"][0]
    label = f" {edge.words} "  # spaces, as Graphviz sets the words at the line itself
    words = f", label={_quoted(label)}" if edge.words else ""
    return f'{edge.source} -> {edge.target} [style=dashed, color="{color}", fontcolor="{color}"{words}];'


def _quoted(text: str) -> str:
    """Return a string of the DOT language, whose lines end in an escape of their own."""
    lines = (escape_invisible(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'
