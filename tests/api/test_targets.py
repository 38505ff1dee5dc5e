"""What the API takes as a spec or as an input size, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

import resnetgen


@pytest.mark.parametrize(
    ("size", "shape"), [(64, (64, 64)), ((64,), (64, 64)), ([64, 32], (64, 32)), ((64, 32), (64, 32))]
)
def test_an_input_size_is_a_number_or_one_for_each_axis(size: Any, shape: tuple[int, ...]) -> None:
    assert shape == resnetgen.compile_spec("resnet18", size=size).trace.input[1:]
    assert shape == resnetgen.compile_text("{name: n, extends: resnet18}", size=size).trace.input[1:]
    assert shape == resnetgen.compile_mapping({"name": "n", "extends": "resnet18"}, size=size).trace.input[1:]


@pytest.mark.parametrize("size", ["64", 1.5, (1.5,), ("64", "64"), {"height": 64}])
def test_an_input_size_that_is_no_whole_number_is_refused(size: Any) -> None:
    with pytest.raises(TypeError, match="an input size is a whole number of pixels, or one for each axis, not "):
        resnetgen.compile_spec("resnet18", size=size)


@pytest.mark.parametrize("size", [0, -5, (64, 0), (), 10**9])
def test_an_input_size_out_of_range_is_refused(size: Any) -> None:
    with pytest.raises(ValueError, match="an input size has 1 to 100,000 pixels along each axis, not "):
        resnetgen.compile_spec("resnet18", size=size)


@pytest.mark.parametrize("data", [None, [], [("name", "n")], "resnet18"])
def test_data_that_is_no_mapping_is_refused(data: Any) -> None:
    with pytest.raises(TypeError, match=f"a spec as data is a mapping, not {type(data).__name__}"):
        resnetgen.compile_mapping(data)
