"""The list of shipped specs that the playground offers, and addresses of specs."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode
from pathlib import Path
from xml.etree import ElementTree

import pytest

from resnetgen import compile_spec
from resnetgen.pictures.geometry import Words
from resnetgen.playground import address, collection
from resnetgen.playground.thumbnail import draw_thumbnail
from resnetgen.source import collection as source_collection
from resnetgen.source.collection import names
from resnetgen.source.source import parse


def test_each_spec_with_a_network_has_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {name: names()[name] for name in ("resnet50", "resnet20")}
    abstract = parse("name: base\nabstract: true\nextends: resnet50\n", "base.yaml")
    shipped = source_collection.shipped
    monkeypatch.setattr(source_collection, "names", lambda: {**few, "base": tmp_path / "base.yaml"})
    monkeypatch.setattr(source_collection, "shipped", lambda name: abstract if name == "base" else shipped(name))
    rows = {row["name"]: row for row in collection.shipped_specs()}
    assert {"resnet50", "resnet20"} == set(rows)
    found = rows["resnet50"]
    assert ("main", "25.6 M params, 4.09 G MACs") == (found["family"], found["figures"])
    assert "resnet50" in found["aka"]
    assert "{http://www.w3.org/2000/svg}svg" == ElementTree.fromstring(found["thumbnail"]).tag


@pytest.mark.parametrize("name", ["resnet18", "plain18", "resnet18_1d", "mobilenet_v2"])
def test_a_thumbnail_has_the_slabs_inside_its_frame_and_no_words(name: str) -> None:
    picture = draw_thumbnail(compile_spec(name).trace)
    assert [] == [shape for shape in picture.shapes if isinstance(shape, Words)]
    assert {"block", "map"} <= {shape.style for shape in picture.shapes}
    for shape in picture.shapes:
        bounds = shape.bounds
        assert bounds.left >= 0
        assert bounds.top >= 0
        assert bounds.right <= picture.width
        assert bounds.bottom <= picture.height


def test_an_address_holds_the_texts() -> None:
    tabs = {"mine.yaml": "name: mine\nextends: base.yaml\n", "base.yaml": "# 😀\n"}
    start, _, text = address.of_tabs(tabs).partition("=")
    assert "#tabs" == start
    packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    assert tabs == json.loads(zlib.decompress(packed, wbits=-zlib.MAX_WBITS))
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def test_the_address_of_a_shipped_spec_is_short() -> None:
    assert "#open=resnet50" == address.of_shipped("resnet50")
    assert "#open=a%23b" == address.of_shipped("a#b")
