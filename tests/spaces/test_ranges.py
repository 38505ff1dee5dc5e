"""The distribution of each kind of range, and what holds between ranges."""

from collections import Counter
from itertools import product
from math import log
from random import Random
from typing import Any

import pytest

from resnetgen.compiler import compile_document, read_document
from resnetgen.source.collection import find
from resnetgen.source.source import parse
from resnetgen.spaces.increasing import increasing
from resnetgen.spaces.ranges import choice, numbers, regnet_line
from resnetgen.spaces.ranges.values import Discrete
from resnetgen.spaces.space import read_space

DRAWS = 20_000


def frequencies(drawable: Any) -> dict[Any, float]:
    rng = Random("frequencies")
    return {value: count / DRAWS for value, count in Counter(drawable.draw(rng) for _ in range(DRAWS)).items()}


def is_close(found: dict[Any, float], expected: dict[Any, float]) -> bool:
    """Tell whether frequencies are those of the probabilities: within five standard deviations, at this seed."""
    return found.keys() == expected.keys() and all(
        abs(found[value] - p) <= 5 * (p * (1 - p) / DRAWS) ** 0.5 for value, p in expected.items()
    )


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ({"range": [1, 4]}, [1, 2, 3, 4]),
        ({"range": [32, 60], "step": 8}, [32, 40, 48, 56]),
        ({"range": [0.1, 0.5], "step": 0.1}, [0.1, 0.2, 0.3, 0.4, 0.5]),
        ({"range": [7, 7]}, [7]),
    ],
)
def test_each_step_is_equally_probable(written: dict[str, Any], values: list[float]) -> None:
    assert is_close(frequencies(numbers.read(written, ())), {value: 1 / len(values) for value in values})


def test_on_a_logarithmic_scale_the_probability_is_inverse_to_the_number() -> None:
    values = range(8, 65, 8)
    total = sum(1 / value for value in values)
    found = frequencies(numbers.read({"range": [8, 64], "step": 8, "scale": "log"}, ()))
    assert is_close(found, {value: 1 / value / total for value in values})


@pytest.mark.parametrize(("scale", "below"), [("linear", (4 - 1) / (16 - 1)), ("log", log(4) / log(16))])
def test_without_steps_all_numbers_are_drawn(scale: str, below: float) -> None:
    drawn = numbers.read({"range": [1.0, 16], "scale": scale}, ())
    rng = Random("continuous")
    found = [drawn.draw(rng) for _ in range(DRAWS)]
    assert all(isinstance(value, float) and 1 <= value <= 16 for value in found)
    share = sum(value < 4 for value in found if isinstance(value, float)) / DRAWS
    assert abs(share - below) < 5 * 0.5 / DRAWS**0.5
    assert len(set(found)) > DRAWS / 2


def test_a_choice_draws_each_value_and_one_written_twice_twice_as_often() -> None:
    assert is_close(frequencies(choice.read({"choice": ["a", "b", "a"]}, ())), {"a": 2 / 3, "b": 1 / 3})


def test_increasing_numbers_are_distributed_as_those_that_increase_by_themselves() -> None:
    ranges = [
        Discrete("a", (1, 2, 3)),
        Discrete("b", (3, 2, 1), (1.0, 2.0, 4.0)),
        Discrete("c", (1, 3)),
    ]
    weights = {1: 4.0, 2: 2.0, 3: 1.0}
    alone = {(a, b, c): weights[b] for a, b, c in product((1, 2, 3), (1, 2, 3), (1, 3)) if a <= b <= c}
    total = sum(alone.values())
    group = increasing(ranges)
    assert group is not None
    rng = Random("increasing")
    found = Counter(tuple(group.draw(rng)) for _ in range(DRAWS))
    assert is_close(
        {value: count / DRAWS for value, count in found.items()},
        {value: weight / total for value, weight in alone.items()},
    )


def test_numbers_that_cannot_increase_are_no_group() -> None:
    assert increasing([Discrete("a", (5, 6)), Discrete("b", (3, 4))]) is None


def test_ties_and_increasing_widths_hold_in_every_candidate() -> None:
    space = read_space(
        parse("""
name: tied
extends: resnet18
block: {type: {choice: [basic, bottleneck], as: kind}}
stages:
  layer1: {channels: {range: [16, 64], step: 8, as: w1}}
  layer2: {channels: {range: [16, 64], step: 8, as: w2}, blocks: {range: [1, 4], as: d}}
  layer3: {channels: {same: w2, times: 2}, blocks: {same: d}, type: {same: kind}}
constraints: {increasing: [[w1, w2]]}
""")
    )
    drawn: list[Any] = [space.draw(1, number) for number in range(300)]
    for each in drawn:
        one, two, three = (each["stages"][f"layer{number}"] for number in (1, 2, 3))
        assert one["channels"] <= two["channels"]
        assert (three["channels"], three["blocks"]) == (2 * two["channels"], two["blocks"])
        assert three["type"] == each["block"]["type"]
    assert {"basic", "bottleneck"} == {each["block"]["type"] for each in drawn}


# The settings of RegNetX as the paper's appendix lists them; the specs of the collection have torchvision's widths.
@pytest.mark.parametrize(
    ("name", "depth", "w_0", "w_a", "w_m", "group"),
    [
        ("regnet_x_800mf", 16, 56, 35.73, 2.28, 16),
        ("regnet_x_1_6gf", 18, 80, 34.01, 2.25, 24),
        ("regnet_x_3_2gf", 25, 88, 26.31, 2.25, 48),
        ("regnet_x_8gf", 23, 80, 49.56, 2.88, 120),
        ("regnet_x_32gf", 23, 320, 69.86, 2.0, 168),
    ],
)
def test_a_line_gives_the_stages_of_published_regnets(
    name: str, depth: int, w_0: int, w_a: float, w_m: float, group: int
) -> None:
    stages: Any = read_document(find(name)).data["stages"]
    line = {"depth": depth, "w_0": w_0, "w_a": w_a, "w_m": w_m, "group_width": group, "stages": [*stages]}
    found: Any = regnet_line.read({"regnet_line": line}, ("stages",)).stages_of({"regnet_line": line})
    for stage, published in stages.items():
        assert found[stage]["blocks"] == published["blocks"]
        assert found[stage]["channels"] == published["channels"]
        assert found[stage]["group_width"] == min(group, published["channels"])


def test_a_line_with_another_number_of_stages_gives_no_candidate() -> None:
    line = {"depth": 16, "w_0": 56, "w_a": 35.73, "w_m": 2.28, "stages": ["s1", "s2", "s3"]}
    assert regnet_line.read({"regnet_line": line}, ("stages",)).stages_of({"regnet_line": line}) is None


def test_what_stands_beside_a_line_is_merged_over_its_stages() -> None:
    space = read_space(
        parse("""
name: line
extends: regnet_x_400mf
block: {group_width: {choice: [8]}}
stages:
  regnet_line: {depth: {choice: [16]}, w_0: 56, w_a: 35.73, w_m: 2.28, stages: [block1, block2, block3, block4]}
  block4: {stride: 1}
""")
    )
    patch: Any = space.draw(0, 0)
    assert patch["stages"]["block4"] == {"blocks": 5, "channels": 664, "stride": 1}
    network = compile_document(space.document(patch)).network
    assert [1, 3, 7, 5] == [sum(run.repeat for run in stage.runs) for stage in network.stages]
