"""`scale`: published networks from one base, the rules of rounding, and what is wrong with a scale."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

import pytest
import yaml

from resnetgen import api
from resnetgen.compiler import Compiled
from resnetgen.errors import SpecError
from resnetgen.lower.scale import shared_out
from resnetgen.schema.make_divisible import as_written, divisible
from resnetgen.spec.scale_options import ScaleOptions
from resnetgen.spec.validate import validate

EFFICIENTNET = """
name: efficientnet
input: {channels: 3, size: 224}
act: silu
stem: [{conv: 3, to: 32, stride: 2}]
blocks:
  mbconv:
    mid: 6 * in
    kernel: 3
    branch:
      - {conv: 1, to: mid}
      - {conv: here, to: mid, groups: mid, stride: here}
      - {attention: {type: se, width: in / 4, act: silu}}
      - {conv: 1, to: out, act: none}
    join: {act: none}
  separable:
    branch:
      - {conv: 3, to: in, groups: in, stride: here}
      - {attention: {type: se, width: in / 4, act: silu}}
      - {conv: 1, to: out, act: none}
    join: {act: none}
block: {type: mbconv}
stages:
  s1: {type: separable, channels: 16, blocks: [{shortcut: none}]}
  s2: {channels: 24, stride: 2, blocks: [{shortcut: none}, {shortcut: identity}]}
  s3: {channels: 40, stride: 2, kernel: 5, blocks: [{shortcut: none}, {shortcut: identity}]}
  s4: {channels: 80, stride: 2, blocks: [{shortcut: none}, {shortcut: identity, repeat: 2}]}
  s5: {channels: 112, kernel: 5, blocks: [{shortcut: none}, {shortcut: identity, repeat: 2}]}
  s6: {channels: 192, stride: 2, kernel: 5, blocks: [{shortcut: none}, {shortcut: identity, repeat: 3}]}
  s7: {channels: 320, blocks: [{shortcut: none}]}
head: {layers: [{conv: 1, to: 1280}], pool: avg, dropout: 0.2, classes: 1000}
"""

MOBILENET = """
name: mobilenet_v2
input: {channels: 3, size: 224}
act: relu6
stem: [{conv: 3, to: 32, stride: 2}]
blocks:
  inverted:
    mid: 6 * in
    branch:
      - {conv: 1, to: mid}
      - {conv: 3, to: mid, stride: here, groups: mid}
      - {conv: 1, to: out, act: none}
    join: {act: none}
  separable:
    branch:
      - {conv: 3, to: in, stride: here, groups: in}
      - {conv: 1, to: out, act: none}
    join: {act: none}
block: {type: inverted}
stages:
  s1: {type: separable, channels: 16, blocks: [{shortcut: none}]}
  s2: {channels: 24, stride: 2, blocks: [{shortcut: none}, {shortcut: identity}]}
  s3: {channels: 32, stride: 2, blocks: [{shortcut: none}, {shortcut: identity, repeat: 2}]}
  s4: {channels: 64, stride: 2, blocks: [{shortcut: none}, {shortcut: identity, repeat: 3}]}
  s5: {channels: 96, blocks: [{shortcut: none}, {shortcut: identity, repeat: 2}]}
  s6: {channels: 160, stride: 2, blocks: [{shortcut: none}, {shortcut: identity, repeat: 2}]}
  s7: {channels: 320, blocks: [{shortcut: none}]}
head: {layers: [{conv: 1, to: 1280}], pool: avg, dropout: 0.2, classes: 1000}
"""

PUBLISHED: dict[str, tuple[str, dict[str, Any], int]] = {
    "efficientnet_b0": (EFFICIENTNET, {}, 5_288_548),
    "efficientnet_b2": (EFFICIENTNET, {"width": 1.1, "depth": 1.2}, 9_109_994),
    "efficientnet_b3": (EFFICIENTNET, {"width": 1.2, "depth": 1.4}, 12_233_232),
    "efficientnet_b4": (EFFICIENTNET, {"width": 1.4, "depth": 1.8}, 19_341_616),
    "efficientnet_b5": (EFFICIENTNET, {"width": 1.6, "depth": 2.2}, 30_389_784),
    "mobilenet_v2": (MOBILENET, {}, 3_504_872),
    "mobilenetv2_050": (MOBILENET, {"width": 0.5, "keep_width": ["head"]}, 1_968_680),
}
"""Networks with the numbers of parameters that torchvision's weights, and timm's for the last, are documented with."""


def of(text: str, scale: dict[str, Any], **more: Any) -> Compiled:
    spec = yaml.safe_load(text)
    return api.compile_mapping({**spec, **({"scale": scale} if scale else {}), **more})


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_networks_are_scales_of_one_base(name: str) -> None:
    text, scale, params = PUBLISHED[name]
    assert api.cost(of(text, scale)).params == params


def test_a_spec_scales_what_it_extends() -> None:
    base = api.compile_mapping(yaml.safe_load(EFFICIENTNET))
    halved = api.compile_spec(api.override(base, {"scale.width": 0.5}))
    assert [stage.output[0] for stage in halved.trace.stages] == [8, 16, 24, 40, 56, 96, 160]


WIDTHS = (16, 24, 32, 40, 48, 64, 80, 96, 112, 160, 192, 320, 576, 1024, 1280)
FACTORS = (0.1, 0.25, 0.35, 0.5, 0.75, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2.0, 2.2, 4.3, 5.3)


def in_floats(width: int, factor: float, divisor: int = 8) -> int:
    """torchvision's `_make_divisible`, which timm, MobileNet and EfficientNet share."""
    value = width * factor
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


def test_widths_are_rounded_as_in_the_libraries() -> None:
    for width in WIDTHS:
        for factor in FACTORS:
            exact = divisible(width * as_written(factor), 8, tenths=9)
            assert exact == in_floats(width, factor), (width, factor)


def test_depths_are_rounded_as_in_the_libraries() -> None:
    for blocks in range(1, 5):
        for factor in (1.0, 1.1, 1.2, 1.4, 1.8, 2.2, 2.6, 3.1, 3.6, 5.3):
            assert ceil(blocks * as_written(factor)) == ceil(blocks * factor)


def test_a_depth_is_exact_where_floats_are_not() -> None:
    assert ceil(100 * 1.1) == 111  # of 110.00000000000001
    assert ceil(100 * as_written(1.1)) == 110


@pytest.mark.parametrize(
    ("repeats", "factor", "expected"),
    [([1, 4], "1.2", [1, 5]), ([1, 1], "1.4", [1, 2]), ([2, 3, 1], "2", [4, 6, 2]), ([1, 1, 1], "0.4", [1, 1, 1])],
)
def test_the_depth_of_a_list_is_shared_out(repeats: list[int], factor: str, expected: list[int]) -> None:
    assert expected == shared_out(repeats, Fraction(factor))


def test_widths_in_terms_of_others_follow_and_numbers_are_scaled() -> None:
    text = """
name: net
input: {channels: 3, size: 32}
stem: [{conv: 3, to: 16}]
blocks:
  T: {mid: 40, widths: {half: mid / 2}, branch: [{conv: 1, to: mid}, {conv: 1, to: half}, {conv: 1, to: out}]}
block: {type: T}
stages:
  a: {channels: 2 * in, blocks: 1}
  b: {channels: 8 * block, blocks: 2}
head: {layers: [{conv: 1, to: 100}], pool: avg}
"""
    network = of(text, {"width": 2}).network
    assert [block.widths for stage in network.stages for block in (run.block for run in stage.runs)] == [
        (("in", 32), ("out", 64), ("mid", 80), ("half", 40)),
        (("in", 64), ("out", 32), ("mid", 80), ("half", 40)),
        (("in", 32), ("out", 48), ("mid", 80), ("half", 40)),
    ]
    assert of(text, {"width": 2}).trace.output == (200,)
    assert of(text, {"width": 2, "keep_width": ["head", "b"]}).trace.output == (100,)


WRONG: dict[str, tuple[Any, str, str]] = {
    "no factor": ({}, "RG209", "`scale` has no effect without"),
    "factors of one": ({"width": 1, "depth": 1.0}, "RG209", "`scale` has no effect without"),
    "a divisor without a width": ({"depth": 2, "divisor": 4}, "RG209", "`divisor` has no effect"),
    "parts kept without a width": ({"depth": 2, "keep_width": ["stem"]}, "RG209", "`keep_width` has no effect"),
    "stages kept without a depth": ({"width": 2, "keep_depth": ["s1"]}, "RG209", "`keep_depth` has no effect"),
    "a depth that changes nothing": ({"depth": 0.99}, "RG209", "this factor changes the number of blocks of no stage"),
    "a width that changes nothing": ({"width": 1.001}, "RG209", "this factor changes no width that is a number"),
    "an unknown part": ({"width": 2, "keep_width": ["stemm"]}, "RG206", "did you mean `stem`?"),
    "the stem's depth": ({"depth": 2, "keep_depth": ["stem"]}, "RG206", "unknown part `stem`"),
    "a part twice": ({"width": 2, "keep_width": ["s1", "s1"]}, "RG209", "listed twice"),
    "a number alone": (0.5, "RG203", "must be a mapping"),
    "a text": ({"width": "half"}, "RG203", "must be a number"),
    "nothing left": ({"width": -1}, "RG204", "must be above zero"),
    "too wide": ({"width": 100_000.0}, "RG208", "with `scale`; a width is from 1 to 1,000,000"),
    "too deep": ({"depth": 100_000_000}, "RG204", "the most are 10,000,000"),
    "a misspelt key": ({"widht": 2}, "RG201", "did you mean `width`?"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_scale_is_said(name: str) -> None:
    scale, code, words = WRONG[name]
    with pytest.raises(SpecError) as caught:
        api.compile_mapping({**yaml.safe_load(MOBILENET), "scale": scale})
    assert code in {each.code for each in caught.value.diagnostics}
    assert words in " ".join(each.message for each in caught.value.diagnostics)


def test_of_two_factors_of_one_the_width_is_told() -> None:
    _, (fault,) = validate({"depth": 1, "width": 1}, ScaleOptions)
    assert ("width",) == fault.at.path


def test_the_layers_of_a_shortcut_are_scaled() -> None:
    text = """
name: net
input: {channels: 3, size: 32}
stem: [{conv: 3, to: 16}]
block: {type: basic, shortcut: {layers: [{conv: 1, to: 24}, {conv: 1, to: out, stride: here}]}}
stages: {a: {channels: 32, blocks: 1}}
head: {pool: avg}
"""
    shortcut = of(text, {"width": 2}).network.stages[0].runs[0].block.shortcut
    convs = [node.operator for node in shortcut.nodes if node.operator.is_weighted]
    assert [getattr(conv, "out_channels", 0) for conv in convs] == [48, 64]
