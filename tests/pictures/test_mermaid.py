"""Mermaid itself takes the files: each text is at its node on its own line, and frames are in their order.

`npm install --prefix playground --no-save mermaid@11` installs it; `pytest -m browser` runs these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from resnetgen.api import compile_spec
from resnetgen.pictures import mermaid
from resnetgen.pictures.drawing import Drawing
from resnetgen.pictures.graph import Graph
from resnetgen.pictures.levels import LEVELS
from resnetgen.pictures.network_graph import graph_of
from tests.playground.served import ROOT, browser_path, serve, wait_until
from tests.subjects import UNLIKE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

INSTALLED = ROOT / "playground" / "node_modules" / "mermaid" / "dist"

HOSTILE = "</title><script>window.ran=1</script><img src=x onerror=window.ran=1>&\"'];`*_~#35;%%{init}%% 1. -"

PAGE = """<!doctype html><meta charset="utf-8"><div id="drawn"></div><script type="module">
import mermaid from "./mermaid.esm.min.mjs"
mermaid.initialize({startOnLoad: false})
const lines = (element) => {  // an area for each line of a text
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), range = document.createRange()
  let count = 0
  while (texts.nextNode()) {
    range.selectNodeContents(texts.currentNode)
    count += range.getClientRects().length
  }
  return count
}
window.draw = async (text) => {
  const drawn = document.getElementById("drawn")
  drawn.innerHTML = (await mermaid.render("picture", text)).svg
  const labels = [...drawn.querySelectorAll(".node .nodeLabel")]
  const frames = [...drawn.querySelectorAll(".cluster .nodeLabel")]
  return {
    nodes: labels.map((each) => [each.innerText.trim(), lines(each)]),
    frames: frames.map((each) => [each.innerText.trim(), each.getBoundingClientRect().x]),
    skips: [...drawn.querySelectorAll(".edge-pattern-dotted")].map((each) => getComputedStyle(each).stroke),
  }
}
</script>"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page with a function that draws a text, and returns what is there to see."""
    if not INSTALLED.is_dir():
        pytest.skip("Mermaid is not installed: npm install --prefix playground --no-save mermaid@11")
    path = browser_path()
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright's Python package is not installed")
    with serve(INSTALLED) as address, playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        found = browser.new_page(viewport={"width": 3000, "height": 3000})
        found.route("**/page.html", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        found.goto(f"{address}page.html")
        wait_until(found, "window.draw")
        yield found
        browser.close()


def drawn(page: Page, drawing: Drawing) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("(text) => window.draw(text)", mermaid.print_drawing(drawing))
    return found


def check(found: dict[str, Any], graph: Graph) -> None:
    nodes = [node.lines for group in graph.groups for node in group.nodes]
    assert sorted(("\n".join(lines), len(lines)) for lines in nodes) == sorted(map(tuple, found["nodes"]))
    titles = [group.title for group in graph.groups if group.title]
    assert titles == [title for title, _ in sorted(found["frames"], key=lambda each: float(each[1]))]
    assert sum(edge.skips for edge in graph.edges) == len(found["skips"])
    assert {"rgb(191, 85, 25)"} >= set(found["skips"])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", [*UNLIKE, "resnet1202"])
def test_a_network_is_drawn_as_its_graph(page: Page, name: str, level: str) -> None:
    drawing = Drawing(compile_spec(name).trace, level)
    check(drawn(page, drawing), graph_of(drawing))


@pytest.mark.parametrize("level", LEVELS)
def test_two_networks_are_drawn_in_their_order(page: Page, level: str) -> None:
    drawing = Drawing(compile_spec("resnet18").trace, level, compile_spec("resnest50d").trace)
    check(drawn(page, drawing), graph_of(drawing))


def test_a_hostile_name_is_a_text(page: Page) -> None:
    trace = compile_spec("resnet18").trace
    hostile = trace._replace(network=trace.network._replace(name=HOSTILE))
    found = drawn(page, Drawing(hostile, "all", trace))
    assert HOSTILE in [title for title, _ in found["frames"]]
    assert page.evaluate("window.ran === undefined")
