"""Networks of very many blocks, forms of blocks and stages: folded, and said so."""

from pathlib import Path

import pytest

from resnetgen.api import compile_mapping, compile_spec
from resnetgen.pictures.drawing import Drawing
from resnetgen.pictures.formats import FORMATS, printer
from resnetgen.pictures.geometry import Words
from tests.pictures.overlap import overlaps

LARGEST = 300_000


def network(stages: object, block: dict[str, object]) -> Drawing:
    spec = {
        "name": "many",
        "input": {"channels": 3, "size": 32},
        "stem": [{"conv": 3, "to": 8}],
        **block,
        "stages": stages,
        "head": {"pool": "avg", "classes": 10},
    }
    return Drawing(compile_mapping(spec).trace, "all")


ONE: dict[str, object] = {
    "blocks": {"one": {"branch": [{"conv": "here", "to": "out", "act": "none"}]}},
    "block": {"type": "one"},
}

FORMS = network({"layer1": {"blocks": [{"channels": 8, "kernel": 2 * index + 1} for index in range(60)]}}, ONE)
STAGES = network(
    {f"s{index}": {"blocks": 1, "channels": 8 + index % 2} for index in range(200)}, {"block": {"type": "basic"}}
)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    ("drawing", "told"), [(FORMS, "more forms"), (STAGES, "176 more stages")], ids=["forms", "stages"]
)
def test_what_is_not_drawn_is_counted(drawing: Drawing, told: str, suffix: str) -> None:
    text = printer(suffix)(drawing)
    assert told in text
    assert len(text) < LARGEST


@pytest.mark.parametrize("drawing", [FORMS, STAGES], ids=["forms", "stages"])
def test_nothing_overlaps(drawing: Drawing) -> None:
    assert [] == overlaps(drawing.picture())


def test_blocks_that_differ_in_widths_alone_are_one_form() -> None:
    stages = {"layer1": {"blocks": [{"channels": 8 + index % 50} for index in range(500)]}}
    picture = network(stages, {"block": {"type": "basic"}})._replace(level="block").picture()
    assert any(shape.text.endswith("and 498 like it") for shape in picture.shapes if isinstance(shape, Words))


def test_1202_layers_are_as_wide_as_18() -> None:
    deep, shallow = (Drawing(compile_spec(name).trace).picture() for name in ("resnet1202", "resnet18"))
    assert deep.width < 1.3 * shallow.width
    assert deep.height == shallow.height


def test_the_marker_of_a_file_is_in_every_format(tmp_path: Path) -> None:
    from resnetgen.pictures.formats import MARK

    for suffix in FORMATS:
        assert MARK in printer(suffix)(Drawing(compile_spec("resnet18").trace))
