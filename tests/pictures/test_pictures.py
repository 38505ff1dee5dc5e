"""Pictures: their numbers are those of `show`, nothing overlaps, and a text of a spec stays a text."""

import json
import re
from xml.etree import ElementTree

import pytest

from resnetgen.analysis.shape_inference import Trace
from resnetgen.api import compile_mapping, compile_spec
from resnetgen.number_format import with_si_prefix
from resnetgen.pictures import draw
from resnetgen.pictures.drawing import Drawing
from resnetgen.pictures.formats import FORMATS, printer
from resnetgen.pictures.geometry import Box, Line, Picture, Words
from resnetgen.pictures.html import print_picture as html
from resnetgen.pictures.levels import LEVELS
from resnetgen.pictures.slabs import MOST
from resnetgen.pictures.style import COLORS, CURVE_COLORS, STYLES
from resnetgen.pictures.svg import print_picture as svg
from tests.cli.command_line import resnetgen
from tests.pictures.golden import drawings
from tests.pictures.overlap import overlaps
from tests.subjects import UNLIKE

SVG = "{http://www.w3.org/2000/svg}"
VARIED = (*UNLIKE, "plain18", "alphago_zero20", "resnet50_backbone", "convnext_tiny", "nnunet_resenc_3d", "resnet20_a")

LARGEST = 300_000


def trace(name: str) -> Trace:
    return compile_spec(name).trace


def test_the_pictures_of_the_documentation_are_those_that_are_drawn() -> None:
    assert [] == [path.name for path, text in drawings() if path.read_bytes() != text.encode()]


@pytest.mark.parametrize("level", LEVELS)
def test_a_picture_is_drawn_the_same_again(level: str) -> None:
    assert svg(draw(trace("resnest50d"), level)) == svg(draw(trace("resnest50d"), level))


# Numbers


def texts(text: str) -> list[str]:
    return ["".join(each.itertext()) for each in ElementTree.fromstring(text).iter(f"{SVG}text")]


def after(words: list[str], first: str, count: int) -> list[str]:
    start = words.index(first)
    return words[start : start + count]


@pytest.mark.parametrize("name", VARIED)
def test_the_columns_say_what_show_says(name: str) -> None:
    rows = json.loads(resnetgen("show", name, "--format", "json").out)["rows"]
    words = texts(svg(draw(trace(name))))
    left = words[2:]
    for row in rows[1:-1]:
        start = left.index(row["name"])
        end = next(index for index in range(start, len(left)) if left[index].endswith(" params"))
        output, macs, params = left[end - 2 : end + 1]
        assert [f"{with_si_prefix(row['macs'])} MACs", f"{with_si_prefix(row['params'])} params"] == [macs, params]
        assert "×".join(map(str, row["output"])) == output
        left = left[end + 1 :]
    whole = rows[-1]
    assert words[1].startswith(f"{with_si_prefix(whole['params'])} parameters · {with_si_prefix(whole['macs'])} MACs")


@pytest.mark.parametrize("name", VARIED)
def test_the_titles_have_the_exact_figures(name: str) -> None:
    found = compile_spec(name)
    root = ElementTree.fromstring(svg(draw(found.trace)))
    for stage in found.trace.stages:
        blocks = sum(part.count for part in stage.parts if not part.trace.block.opens_stage)
        name_of_a_block = re.compile(rf"{stage.stage.name}\.\d+")
        drawn = [each for each in root.iter(f"{SVG}rect") if name_of_a_block.fullmatch(each.get("id", ""))]
        assert len(drawn) == (blocks if blocks <= MOST else 4)
        assert drawn[-1].get("id") == f"{stage.stage.name}.{blocks - 1}"
        shape = "×".join(map(str, stage.output))
        (title,) = drawn[-1]
        assert shape in (title.text or "")


def arcs(picture: Picture) -> list[Line]:
    return [shape for shape in picture.shapes if isinstance(shape, Line) and shape.style == "skip" and shape.radius]


@pytest.mark.parametrize("name", VARIED)
def test_an_arc_stands_over_each_block_with_a_shortcut(name: str) -> None:
    found = trace(name)
    kinds = [
        part.trace.block.shortcut.kind for stage in found.stages for part in stage.parts for _ in range(part.count)
    ]
    drawn = len(arcs(draw(found)))
    if max(stage.stage.blocks() for stage in found.stages) <= MOST:
        assert drawn == sum(kind != "none" for kind in kinds)
    else:
        assert 0 < drawn < len(kinds)


def test_a_plain_network_has_no_arc_and_no_legend() -> None:
    picture = draw(trace("plain18"))
    assert [] == arcs(picture)
    assert not {"skip", "skip-mark", "skip-hollow"} & {shape.style for shape in picture.shapes}


@pytest.mark.parametrize("name", ["resnet50", "preact_resnet164", "mobilenet_v2", "nnunet_resenc_3d"])
def test_the_table_of_blocks_says_what_show_says(name: str) -> None:
    shown = json.loads(resnetgen("show", name, "--format", "json").out)
    stages = {stage.stage.name for stage in trace(name).stages}
    words = texts(svg(draw(trace(name), "block")))
    words = words[words.index("stage") :]
    for row in (row for row in shown["rows"] if row["name"] in stages):
        cells = after(words, row["name"], 7)
        assert f"{row['count']:,}" == cells[1]
        figures = ["×".join(map(str, row["output"])), with_si_prefix(row["params"]), with_si_prefix(row["macs"])]
        assert figures == cells[4:]


# Geometry


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", VARIED)
def test_nothing_overlaps(name: str, level: str) -> None:
    assert [] == overlaps(draw(trace(name), level))


def test_what_overlaps_is_found() -> None:
    words = (Words(10, 20, "one"), Words(12, 24, "another"))
    assert ["'one', 'another'"] == overlaps(Picture(100, 100, "", words))
    assert ["'one', a box at 12,10"] == overlaps(Picture(100, 100, "", (words[0], Box(12, 10, 5, 20, "block"))))
    assert ["'one', a line at 0,18"] == overlaps(Picture(100, 100, "", (words[0], Line(((0, 18), (90, 18)), "flow"))))


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", VARIED[:8])
def test_a_picture_is_small(name: str, suffix: str) -> None:
    assert len(printer(suffix)(Drawing(trace(name), "all"))) < LARGEST


@pytest.mark.slow
def test_every_picture_of_the_collection_is_small_and_without_overlap() -> None:
    from resnetgen.source import collection

    for name in collection.names():
        found = Drawing(trace(name), "all")
        assert [] == overlaps(found.picture()), name
        assert [] == [suffix for suffix in FORMATS if len(printer(suffix)(found).encode()) >= LARGEST], name


# The file


@pytest.mark.parametrize("suffix", [".svg", ".html"])
def test_ids_are_unique_and_there_is_no_script(suffix: str) -> None:
    text = printer(suffix)(Drawing(trace("resnet50"), "all"))
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(ids) == len(set(ids)) > 16
    assert "<script" not in text
    assert "href" not in text
    assert {"http://www.w3.org/2000/svg"} == set(re.findall(r"https?://[^\s\"]*", text))


HOSTILE = "</title><script>alert(1)</script>&\"'\u202e\x85"


def test_hostile_texts_stay_texts() -> None:
    found = compile_mapping({"name": "x", "extends": "resnet18", "description": HOSTILE})
    network = found.trace.network._replace(name=HOSTILE)
    picture = draw(found.trace._replace(network=network), "all")
    root = ElementTree.fromstring(svg(picture))
    assert {"svg", "title", "style", "rect", "text", "path", "circle", "polygon"} >= {
        each.tag.removeprefix(SVG) for each in root.iter()
    }
    assert "<script" not in html(picture)
    assert "\u202e" not in svg(picture)


def luminance(color: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
def test_words_and_lines_can_be_read(side: int) -> None:
    grounds = ("ground", "block", "other", "norm", "act", "skip-fill")
    for name in ("ink", "soft"):
        for ground in grounds if name == "ink" else ("ground", "norm", "act"):
            assert contrast(COLORS[name][side], COLORS[ground][side]) >= 4.5, (name, ground)
    for name in CURVE_COLORS.values():
        assert contrast(COLORS[name][side], COLORS["ground"][side]) >= 4.5, name
    for bar in ("bar", "bar-soft"):
        assert contrast(COLORS[bar][side], COLORS["ground"][side]) >= 3, bar
    for stroke in {style.stroke for style in STYLES.values() if style.stroke}:
        assert contrast(COLORS[stroke][side], COLORS["ground"][side]) >= 3, stroke
