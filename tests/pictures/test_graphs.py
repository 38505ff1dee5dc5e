"""Mermaid and Graphviz: the figures are those of `show`, each shortcut is an arrow, and programs take the files."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape

import pytest

from resnetgen.api import compile_spec
from resnetgen.number_format import with_si_prefix
from resnetgen.pictures import dot, mermaid
from resnetgen.pictures.drawing import Drawing
from resnetgen.pictures.levels import LEVELS
from resnetgen.pictures.network_graph import graph_of
from tests.cli.command_line import resnetgen

NAMES = ("resnet18", "preact_resnet164", "mobilenet_v2", "resnet18_3d", "alphago_zero20", "convnext_tiny", "plain18")


def lines_of_mermaid(text: str) -> list[list[str]]:
    """The lines of each node, as a reader sees them."""
    nodes = re.findall(r'^ +n\d+[(\[]+"(.*)"[)\]]+$', text, re.MULTILINE)
    return [[unescape(line.replace("#", "&#").replace("&&#", "&#")) for line in node.split("<br>")] for node in nodes]


def lines_of_dot(text: str) -> list[list[str]]:
    return [node.split("\\n") for node in re.findall(r'^ +n\d+ \[label="([^"]*)"', text, re.MULTILINE)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("printed", "lines"),
    [(mermaid.print_drawing, lines_of_mermaid), (dot.print_drawing, lines_of_dot)],
    ids=["mermaid", "dot"],
)
def test_the_nodes_say_what_show_says(
    name: str, printed: Callable[[Drawing], str], lines: Callable[[str], list[list[str]]]
) -> None:
    rows = json.loads(resnetgen("show", name, "--blocks", "--format", "json").out)["rows"]
    nodes = [node for node in lines(printed(Drawing(compile_spec(name).trace))) if node != ["+"]]
    left = rows[1:-1]
    for node in nodes[1:]:
        shape, macs, params = node[-3:]
        taken = 1
        while sum(row["macs"] for row in left[:taken]) != 0 and not _equal(left[:taken], macs, params):
            taken += 1
            assert taken <= len(left), f"no rows from {left[0]['name']} on add up to {node}"
        assert "×".join(map(str, left[taken - 1]["output"])) == shape
        assert left[0]["name"].partition("-")[0] == node[0].partition("-")[0]
        left = left[taken:]
    assert [] == left


def _equal(rows: list[dict[str, int]], macs: str, params: str) -> bool:
    whole = [sum(row[key] for row in rows) for key in ("macs", "params")]
    return [f"{with_si_prefix(whole[0])} MACs", f"{with_si_prefix(whole[1])} params"] == [macs, params]


def test_each_kind_of_shortcut_is_an_arrow_with_its_name() -> None:
    text = mermaid.print_drawing(Drawing(compile_spec("resnet18").trace))
    assert ["identity × 2", *["projection", "identity"] * 3] == re.findall(r'-\.->\|"([^"]*)"\|', text)
    assert "-.->" not in mermaid.print_drawing(Drawing(compile_spec("plain18").trace))
    assert "style=dashed" not in dot.print_drawing(Drawing(compile_spec("plain18").trace))


def test_a_thousand_layers_are_as_few_nodes_as_eighteen() -> None:
    deep, shallow = (len(graph_of(Drawing(compile_spec(name).trace)).edges) for name in ("resnet1202", "resnet20"))
    assert deep == shallow


@pytest.mark.parametrize("printed", [mermaid.print_drawing, dot.print_drawing], ids=["mermaid", "dot"])
def test_what_differs_has_its_sign(printed: Callable[[Drawing], str]) -> None:
    text = printed(Drawing(compile_spec("resnet50").trace, "network", compile_spec("resnet101").trace))
    assert ["layer3.1-22"] == re.findall(r"≠ ([^<\\]*)", text)


@pytest.mark.skipif(shutil.which("dot") is None, reason="there is no Graphviz here")
@pytest.mark.parametrize("level", LEVELS)
def test_graphviz_takes_the_file(level: str) -> None:
    text = dot.print_drawing(Drawing(compile_spec("resnest50d").trace, level, compile_spec("resnet50").trace))
    done = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, encoding="utf-8", check=False)
    assert (0, "") == (done.returncode, done.stderr)
    assert "split attention, radix 2" in done.stdout if level != "network" else "bottleneck × 2" in done.stdout


def test_frames_stand_in_their_order() -> None:
    found, other = compile_spec("resnet18").trace, compile_spec("resnet34").trace
    assert "  g0 ~~~ g1 ~~~ g2\n" in mermaid.print_drawing(Drawing(found, "all"))
    assert "  g0 ~~~ g1\n" in mermaid.print_drawing(Drawing(found, "network", other))
    assert "~~~" not in mermaid.print_drawing(Drawing(found))
    titles = [group.title for group in graph_of(Drawing(found, "all")).groups]
    assert ["resnet18", "layer1.0 and 4 like it", "layer2.0 and 2 like it"] == titles


HOSTILE = "</title><script>alert(1)</script>&\"'];\\\u202e`#%%{init}%%"


@pytest.mark.parametrize(
    ("printed", "name"), [(mermaid.print_drawing, "mmd"), (dot.print_drawing, "dot")], ids=["mermaid", "dot"]
)
def test_hostile_names_stay_texts(printed: Callable[[Drawing], str], name: str) -> None:
    found = compile_spec("resnet18").trace
    network = found.network._replace(name=HOSTILE)
    text = printed(Drawing(found._replace(network=network), "all", found))
    assert "\u202e" not in text
    if name == "mmd":
        assert "<script" not in text
        assert "%%{" not in text  # a directive, which Mermaid takes out of a text
        assert all(line.count('"') in (0, 2) for line in text.splitlines())
    else:
        assert r"alert(1)</script>&\"'];\\" in text
