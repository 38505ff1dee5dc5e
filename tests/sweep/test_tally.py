"""The size of a space, by which its drawing ends."""

from itertools import product

import pytest

from resnetgen.source.source import parse
from resnetgen.spaces.space import read_space

TOP = "name: counted\nextends: resnet18\n"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("act: {choice: [relu, silu, relu]}\nnorm: {choice: [batch, {type: group, groups: 8}]}", 4),
        ("input: {size: {range: [64, 128], step: 32}}", 3),
        ("scale: {width: {range: [0.5, 1.5]}}", None),
        ("stages: {layer1: {blocks: {range: [1, 4], as: b}}, layer2: {blocks: {same: b}}}", 4),
    ],
)
def test_the_size_of_a_space_is_the_number_of_ways_to_draw(text: str, size: int | None) -> None:
    assert size == read_space(parse(f"{TOP}{text}\n")).size()


def test_of_increasing_numbers_only_those_that_increase_count() -> None:
    stages = "stages: {layer1: {blocks: {range: [1, 4], as: a}}, layer2: {blocks: {range: [2, 6], as: b}}, "
    stages += "layer3: {blocks: {choice: [3, 1, 7], as: c}}}"
    space = read_space(parse(f"{TOP}{stages}\nact: {{choice: [relu, silu]}}\nconstraints: {{increasing: [a, b, c]}}\n"))
    ways = [each for each in product(range(1, 5), range(2, 7), (3, 1, 7)) if list(each) == sorted(each)]
    assert 2 * len(ways) == space.size()
