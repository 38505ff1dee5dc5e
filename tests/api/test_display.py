"""Values of the API as a notebook shows them."""

from __future__ import annotations

from base64 import b64decode

import pytest

import resnetgen
from resnetgen import display
from resnetgen.pictures import draw
from resnetgen.pictures.svg import print_picture
from tests.pages.markup_tree import read


def test_a_compiled_network_is_its_picture_and_its_figures() -> None:
    compiled = resnetgen.compile_spec("resnet50")
    root = read(compiled._repr_html_() or "")
    image = root.one("img")
    drawn = b64decode(image.attributes["src"].removeprefix("data:image/svg+xml;base64,")).decode()
    assert print_picture(draw(compiled.trace)) == drawn
    assert "resnet50" in image.attributes["alt"]
    rows = {row[0]: row[1] for row in root.one("table").rows()}
    assert ("25.6 M", "4.09 G") == (rows["parameters"], rows["MACs"])
    assert "2048×7×7" in (compiled.trace._repr_html_() or "")
    assert "25,557,032" in (resnetgen.cost(compiled)._repr_html_() or "")


def test_warnings_are_shown_below_it() -> None:
    compiled = resnetgen.compile_spec("resnet18", size=(48,))
    (warning,) = compiled.warnings
    assert warning.message in read(compiled._repr_html_() or "").one("pre").text
    assert str(warning) == read(warning._repr_html_() or "").one("pre").text


def test_a_spec_is_shown_as_yaml_that_gives_the_same_network() -> None:
    spec = resnetgen.override("resnet18", {"head.classes": 10, "description": "<script>"})
    text = read(spec._repr_html_() or "").one("pre").text
    assert resnetgen.compile_spec(spec).network == resnetgen.compile_spec(text).network


def test_pictures_and_tables_are_shown() -> None:
    picture = resnetgen.draw("resnet18", "block")
    assert picture.title == read(picture._repr_html_() or "").one("img").attributes["alt"]
    assert len(repr(picture)) < 100
    table = resnetgen.compare("resnet18", "resnet34")
    assert [["resnet18", "11.7 M"], ["resnet34", "21.8 M"]] == [
        [row[0], row[2]] for row in read(table._repr_html_() or "").one("table").rows()[1:]
    ]
    assert "resnet34 | 3×224×224 | 21.8 M" in repr(table)
    with pytest.raises(ValueError, match="unknown level 'blocks'; the levels are network, block, all"):
        resnetgen.draw("resnet18", "blocks")
    with pytest.raises(ValueError, match="unknown layout 'table'; the layouts are figures, paper"):
        resnetgen.compare("resnet18", layout="table")


def test_what_nobody_draws_is_shown_as_text() -> None:
    assert None is display.html(object())
    assert len(repr(resnetgen.compile_spec("resnet50").trace.stages)) < 300
