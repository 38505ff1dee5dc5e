"""The page of `resnetgen report`: its figures are those of `show --format json`, and what a spec says does nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from resnetgen.api import compile_spec, compile_text
from resnetgen.cli.report.document import document
from resnetgen.cli.show.json import as_json
from resnetgen.codes import pages
from resnetgen.compiler import Compiled
from resnetgen.number_format import binary_size, format_extents, with_si_prefix, with_times_sign
from resnetgen.ops.window import by_axis
from resnetgen.pages.code_lines import code_lines
from resnetgen.pages.page import style_sheet
from resnetgen.summary.network_summary import summarize
from tests.pages.markup_tree import Element, read
from tests.subjects import UNLIKE

HOSTILE = """\
name: hostile
extends: resnet18
description: "</pre></style><script>document.title = 'ran'</script><img src=x onerror=\\"run()\\"> \\u202e"
reference: "javascript:document.title='ran'"
aka: {timm: "x\\" onmouseover=\\"document.title='ran'"}
input: {channels: 3, size: 48}
"""


def page(*compiled: Compiled) -> Element:
    return read(document(compiled, 1, "float32"))


@cache
def page_of(name: str) -> Element:
    return page(compile_spec(name))


def shown(compiled: Compiled) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(as_json(summarize(compiled, "stages", 1, "float32")))
    return found


def charts(root: Element, number: int = 1) -> dict[str, list[list[str]]]:
    """The rows of each chart of a network, by its title."""
    return {
        each.one("caption").text: each.rows()
        for each in root.one("section", id=f"net{number}-costs").all("table", class_="chart")
    }


@pytest.mark.parametrize("name", UNLIKE)
def test_the_figures_are_those_of_show(name: str) -> None:
    compiled = compile_spec(name)
    root, facts = page_of(name), shown(compiled)
    overview = root.one("section", id="net1-overview")
    names = [each.text for each in overview.all("dt")]
    told = dict(zip(names, (each.text for each in overview.all("dd")), strict=True))
    assert f"({facts['params']:,})" in told["parameters"]
    assert f"({facts['macs']:,})" in told["multiply-adds"]
    assert f"({facts['memory']:,} bytes)" in told["activations (float32, batch 1)"]
    assert (f"{facts['weighted_layers']:,}", f"{facts['blocks']:,}") == (told["weighted layers"], told["blocks"])

    stages, _ = root.one("section", id="net1-architecture").all("table")
    for row, cells in zip(facts["rows"], stages.rows()[1:], strict=True):
        assert row["name"] == cells[0]
        assert with_times_sign(by_axis(tuple(row["output"]))) == cells[2]
        assert (f"{row['params']:,}" if row["params"] else "") == cells[3]
        assert (with_si_prefix(row["macs"]) if row["macs"] else "") == cells[4]
        field = row["receptive_field"]
        assert ("all" if field is None else with_times_sign(format_extents(tuple(field)))) == cells[6]
        assert all(each["kind"].replace("_", " ") in cells[7] for each in row["shortcuts"])


@pytest.mark.parametrize("name", UNLIKE)
def test_the_charts_are_those_of_show(name: str) -> None:
    compiled = compile_spec(name)
    root, facts = page_of(name), shown(compiled)
    parts = facts["rows"][1:-1]
    for (title, rows), key in zip(charts(root).items(), ("params", "macs", "memory"), strict=True):
        words = binary_size if key == "memory" else with_si_prefix
        assert [each["name"] for each in parts] == [row[0] for row in rows], title
        assert [words(each[key]) for each in parts] == [row[2].rpartition(", ")[0] for row in rows]
    widths = [
        [float(bar.attributes["width"]) for bar in chart.all("rect") if "class" not in bar.attributes]
        for chart in root.one("section", id="net1-costs").all("table", class_="chart")
    ]
    for found, key in zip(widths, ("params", "macs", "memory"), strict=True):
        most = max(each[key] for each in parts)
        assert [100 * each[key] / most for each in parts] == pytest.approx(found, abs=0.006)
    field = root.one("section", id="net1-receptive-field").one("table", class_="chart").rows()
    seen = [row for row in facts["rows"][:-1] if row["receptive_field"]]
    expected = [[row["name"], with_times_sign(format_extents(tuple(row["receptive_field"]))) + " px"] for row in seen]
    assert expected == [[row[0], row[2]] for row in field]


@pytest.mark.parametrize("name", UNLIKE)
def test_linked_lines_are_about_the_same_part(name: str) -> None:
    compiled = compile_spec(name)
    root = page_of(name)
    sides = [[*each.all("span", class_="line")] for each in root.all("pre", class_="lines")]
    spec = [line for side in sides[:-1] for line in side]
    code = sides[-1]
    written = code_lines(compiled, compiled.document.text.name)
    assert [line.text for line in written] == [line.one("code").text for line in code]
    texts = [line for source in compiled.document.sources for line in source.text.content.rstrip("\n").split("\n")]
    assert texts == [line.one("code").text for line in spec]

    by_id = {line.attributes["id"]: line for line in (*spec, *code)}
    linked = 0
    for line in (*spec, *code):
        groups = {each[1:] for each in line.attributes["class"].split() if re.fullmatch(r"o\d+", each)}
        for link in line.all("a"):
            target = by_id[link.attributes["href"].removeprefix("#")]
            assert groups & {each[1:] for each in target.attributes["class"].split() if re.fullmatch(r"g\d+", each)}
            assert (line in spec) != (target in spec)
            linked += 1
    assert linked > 20

    for stage in compiled.network.stages:
        ours = [line for line in spec if re.match(rf"\s*{stage.name}:", line.one("code").text)]
        groups = {each for line in ours for each in line.attributes["class"].split() if re.fullmatch(r"o\d+", each)}
        (group,) = groups
        about = {index for index, line in enumerate(code) if f"g{group[1:]}" in line.attributes["class"].split()}
        expected = {
            index for index, line in enumerate(written) if any(path[:2] == ("stages", stage.name) for path in line.at)
        }
        assert expected and expected == about
        (anchor,) = {each.attributes["href"][1:] for line in ours for each in line.all("a")}
        assert stage.label == by_id[anchor].one("code").text.split()[0]  # its row of the table in the docstring


def test_a_line_that_another_spec_writes_anew_belongs_to_nothing() -> None:
    root = page(compile_text("name: small\nextends: resnet18\nhead: {classes: 10}\nstem: [{conv: 3, to: 64}]\n"))
    replaced = [each.one("code").text for each in root.all("span", class_="replaced")]
    assert "  - {max_pool: 3, stride: 2}" in replaced
    assert "stages:" not in replaced
    assert not any(line.startswith("head:") and "pool" in line for line in replaced)
    assert all(not [*each.all("a")] for each in root.all("span", class_="replaced"))
    words = "replaces are struck through"
    assert words in root.one("section", id="net1-code").text
    assert words not in page(compile_spec("resnet50")).one("section", id="net1-code").text


def test_no_text_of_a_page_is_pale() -> None:
    assert "opacity" not in style_sheet()  # which would lower the contrast of its colours


def test_an_override_stands_above_the_spec() -> None:
    from resnetgen.cli.spec_args import CompileOptions, compile_arg, spec_arg

    compiled = compile_arg(spec_arg("resnet18"), CompileOptions(settings=("stages.layer2.blocks=3",)))
    lines = next(page(compiled).all("pre", class_="lines"))
    assert "stages.layer2.blocks=3" in lines.text
    assert [*lines.all("a")]


def test_several_specs_are_compared_and_have_a_section_each() -> None:
    compiled = [compile_spec(name) for name in ("resnet18", "resnet34")]
    root = page(*compiled)
    figures, paper = root.one("section", id="comparison").all("table")
    rows = {row[0]: row[1:] for row in figures.rows()}
    assert [with_si_prefix(shown(each)["params"]) for each in compiled] == rows["parameters"]
    assert ["resnet18", "resnet34"] == paper.rows()[0][2:]
    assert charts(root, 1) != charts(root, 2)


def test_a_base_is_compared_and_an_abstract_one_is_not(tmp_path: Path) -> None:
    root = page(compile_spec("resnet101"))
    rows = {row[0]: row[1:] for row in next(root.one("section", id="net1-base").all("table")).rows()}
    assert ["25,557,032", "44,549,160"] == rows["parameters"][:2]
    assert [] == [*page(compile_spec("resnet50")).all("section", id="net1-base")]
    (tmp_path / "base.yaml").write_text("name: base\nextends: resnet18\nabstract: true\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("name: mine\nextends: ./base.yaml\n", encoding="utf-8")
    assert [] == [*page(compile_spec(tmp_path / "mine.yaml")).all("section", id="net1-base")]


def test_warnings_have_their_places_and_their_pages() -> None:
    compiled = compile_text("name: small\nextends: resnet18\ninput: {channels: 3, size: 48}\n")
    section = page(compiled).one("section", id="net1-warnings")
    for warning in compiled.warnings:
        assert warning.message in section.text
        assert pages()[warning.code].title.replace("`", "") in section.text


def test_nothing_is_loaded_and_no_text_of_a_spec_is_markup() -> None:
    text = document([compile_text(HOSTILE), compile_text(HOSTILE)], 1, "float32")
    root = read(text)
    tags = {each.tag for each in root.all()}
    assert {"script", "img", "link", "iframe", "object", "base"}.isdisjoint(tags)
    for each in root.all():
        assert {"src", "srcset", "style", "action"}.isdisjoint(each.attributes), each.tag
        assert not any(name.startswith("on") for name in each.attributes)
        assert each.attributes.get("href", "#").startswith("#")
    assert "url(" not in text and "@import" not in text
    assert "default-src 'none'" in root.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    assert "<script>" in root.one("section", id="net1-overview").text
    assert "\u202e" not in text


@pytest.mark.parametrize("names", [("resnet101",), ("resnet18", "resnet34")])
def test_every_link_leads_somewhere_and_headings_step_down(names: tuple[str, ...]) -> None:
    root = page(*map(compile_spec, names))
    ids = {each.attributes["id"] for each in root.all() if "id" in each.attributes}
    assert {each.attributes["href"][1:] for each in root.all("a")} <= ids
    assert {each.attributes["aria-labelledby"] for each in root.all() if "aria-labelledby" in each.attributes} <= ids
    levels = [int(each.tag[1]) for each in root.all() if re.fullmatch(r"h[1-6]", each.tag)]
    assert 1 == levels[0] and 1 == levels.count(1)
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert ["header", "nav", "main", "footer"] == [
        each.tag for each in root.one("body").content if isinstance(each, Element) and each.tag != "a"
    ]
    assert all(each.attributes.get("aria-label") for each in root.all() if each.attributes.get("role") == "region")


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
def test_a_browser_runs_nothing_and_marks_the_lines_of_the_one_with_the_focus(tmp_path: Path) -> None:
    """Scripts of the test itself run in a copy without the policy; they write what they find into the title."""
    text = document([compile_text(HOSTILE)], 1, "float32")
    plain = browse(tmp_path / "plain.html", text)
    assert "<title>hostile</title>" in plain
    script = (
        "<script>const each=[...document.querySelectorAll('.lines a')].find(a=>a.parentElement.textContent"
        ".includes('layer3:'));each.focus();document.title=[...document.querySelectorAll('.line')].filter(l=>"
        "getComputedStyle(l).boxShadow!=='none').map(l=>l.querySelector('code').textContent.trim()).join('|')</script>"
    )
    free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    marked = browse(tmp_path / "free.html", free.replace("</body>", f"{script}</body>"))
    title = re.search(r"<title>(.*?)</title>", marked)
    assert title is not None
    lines = title[1].split("|")
    assert "layer3: {blocks: 2, channels: 256}" in lines
    assert any(line.startswith("self.layer3 = ") for line in lines)
    assert not any(line.startswith("self.layer2 = ") for line in lines)


def browse(path: Path, text: str) -> str:
    """Return a page as a browser has it after loading."""
    path.write_text(text, encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={path.parent / 'browser'}"]
    done = subprocess.run(
        ["chromium", *options, "--dump-dom", path.as_uri()], capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout
