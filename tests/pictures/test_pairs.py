"""Two networks in one picture: what differs is marked in both, not by colour alone, and nothing overlaps."""

import re

import pytest

from resnetgen.analysis.shape_inference import Trace
from resnetgen.api import compile_mapping, compile_spec
from resnetgen.pictures import draw
from resnetgen.pictures.geometry import Box, Line, Picture, Words
from resnetgen.pictures.levels import LEVELS
from resnetgen.pictures.svg import print_picture
from tests.pictures.overlap import overlaps

PAIRS = (
    ("resnet50", "resnet152"),
    ("resnet18", "seresnext50_32x4d"),
    ("resnet18", "mobilenet_v2"),
    ("resnet50", "resnet50_backbone"),
    ("alphago_zero20", "resnet18_3d"),
    ("convnext_tiny", "resnest50d"),
)


def trace(name: str) -> Trace:
    return compile_spec(name).trace


def marks(picture: Picture) -> list[str]:
    return [shape.text for shape in picture.shapes if isinstance(shape, Words) and "≠" in shape.text]


def lines(picture: Picture) -> int:
    return sum(isinstance(shape, Line) and shape.style == "differs-mark" for shape in picture.shapes)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("pair", PAIRS)
def test_nothing_overlaps(pair: tuple[str, str], level: str) -> None:
    picture = draw(trace(pair[0]), level, trace(pair[1]))
    assert [] == overlaps(picture)
    assert marks(picture)
    assert len(print_picture(picture)) < 300_000


def test_more_and_fewer_blocks_are_told() -> None:
    picture = draw(trace("resnet50"), "network", trace("resnet152"))
    assert ["≠ 4 fewer blocks", "≠ 30 fewer blocks", "≠ 4 more blocks", "≠ 30 more blocks"] == marks(picture)
    assert 3 == lines(picture), "the last block of two stages, and the legend"


def test_equal_parts_stand_in_line() -> None:
    picture = draw(trace("resnet50"), "network", trace("resnet152"))
    for name in ("input", "stem", "layer1", "layer4", "head"):
        places = [shape.x for shape in picture.shapes if isinstance(shape, Words) and shape.text == name]
        assert 2 == len(places)
        assert 1 == len(set(places))


@pytest.mark.parametrize("level", LEVELS)
def test_a_network_beside_itself_has_no_mark(level: str) -> None:
    picture = draw(trace("resnet18"), level, trace("resnet18"))
    assert ([], 0) == (marks(picture), lines(picture))
    told = [shape.text for shape in picture.shapes if isinstance(shape, Words) and shape.text.endswith("no difference")]
    assert len(told) == (0 if level == "block" else 2)


def test_a_single_changed_fact_is_named() -> None:
    changed = compile_mapping({"name": "a", "extends": "resnet18", "stages": {"layer3": {"attention": "se"}}}).trace
    picture = draw(trace("resnet18"), "network", changed)
    told = marks(picture)
    assert 2 == len(told)
    assert 1 == len(set(told))
    assert 5 == lines(picture), "two blocks of each network, and the legend"


def test_ids_say_which_network_they_are_of() -> None:
    ids = re.findall(r' id="([^"]*)"', print_picture(draw(trace("resnet18"), "all", trace("resnet34"))))
    assert len(ids) == len(set(ids))
    assert {"a.layer1.0", "b.layer1.0", "b.layer1.2"} < set(ids)
    assert {"a", "b", "title"} == {each.partition(".")[0] for each in ids}


def test_a_changed_input_and_other_facts_are_told_in_the_header() -> None:
    changed = compile_mapping({"name": "a", "extends": "resnet18", "input": {"channels": 1}}).trace
    assert any("≠ input channels" in text for text in marks(draw(trace("resnet18"), "network", changed)))


def test_boxes_of_both_networks_have_one_scale() -> None:
    picture = draw(trace("resnet18"), "network", trace("resnet20"))
    slabs = [shape for shape in picture.shapes if isinstance(shape, Box) and shape.style == "map"]
    assert slabs[0].height > slabs[1].height, "224 pixels are drawn higher than 32"
