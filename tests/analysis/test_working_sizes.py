"""Messages about an input size that fails name the sizes that work."""

from __future__ import annotations

from typing import Any

import pytest

from resnetgen import compile_mapping, compile_spec
from resnetgen.analysis.input_domain import AxisDomain, InputDomain
from resnetgen.analysis.single_pixels import SinglePixels
from resnetgen.errors import SpecError


def size_hint(spec: str | dict[str, Any], *size: int) -> str:
    """Return the hint at the spec's `input.size` when another size fails."""
    with pytest.raises(SpecError) as caught:
        compile_spec(spec, size=size) if isinstance(spec, str) else compile_mapping(spec, size=size)
    (fault,) = caught.value.diagnostics
    assert fault.code in ("RG302", "RG304")
    (words,) = (label.words for label in fault.related if "the input is" in label.words)
    return words


def unpadded(kernel: object, rank: int = 2, **keys: Any) -> dict[str, Any]:
    stem = [{"conv": kernel, "to": 64, "padding": 0}]
    return {"name": "unpadded", "extends": "resnet18", "input": {"size": [64] * rank}, "stem": stem} | keys


@pytest.mark.parametrize(
    ("rank", "size", "expected"),
    [
        (1, (6,), "the input is 6; sizes that work: length: 7 and up"),
        (2, (6,), "the input is 6x6; sizes that work: height and width: 7 and up"),
        (2, (64, 6), "the input is 64x6; sizes that work: height and width: 7 and up"),
        (3, (6,), "the input is 6x6x6; sizes that work: depth, height and width: 7 and up"),
    ],
)
def test_a_size_that_is_too_small(rank: int, size: tuple[int, ...], expected: str) -> None:
    assert expected == size_hint(unpadded(7, rank), *size)


def test_axes_that_differ_are_told_apart() -> None:
    expected = "the input is 6x6; sizes that work: height: 7 and up; width: 5 and up"
    assert expected == size_hint(unpadded([7, 5]), 6)


def test_a_size_of_the_wrong_remainder() -> None:
    works = "31 and up, where size mod 32 is 0, 1, 2, 31"
    assert f"the input is 240x240; sizes that work: height and width: {works}" == size_hint("resnetaa50", 240)


def test_the_specs_own_size_is_not_told_apart() -> None:
    data = unpadded(7)
    data["input"]["size"] = 6
    with pytest.raises(SpecError) as caught:
        compile_mapping(data)
    (fault,) = caught.value.diagnostics
    assert ["the input is 6x6"] == [label.words for label in fault.related]


def test_nothing_is_told_where_no_size_works() -> None:
    branch = [{"conv": 3, "to": "out", "stride": "here", "padding": 0}]
    data = unpadded(7, blocks={"valid": {"branch": branch}}, block={"type": "valid"})
    with pytest.raises(SpecError) as caught:
        compile_mapping(data, size=(32,))
    assert [] == [label for fault in caught.value.diagnostics for label in fault.related if "work" in label.words]


def test_single_pixels_that_a_norm_refuses_are_told() -> None:
    data = {"name": "picky", "extends": "resnet18", "norm": "instance"}
    assert size_hint(data, 8) == "the input is 8x8; sizes that work: height and width: 1 and up; not both below 33"


def test_the_least_of_a_domain_is_in_it() -> None:
    axes = (AxisDomain(5, 4, frozenset({0, 3})), AxisDomain(8, 1, frozenset({0})))
    domain = InputDomain(axes, SinglePixels())
    assert (7, 8) == domain.smallest_size()
    assert (7, 9) == InputDomain(axes, SinglePixels(refused=((7, 8),))).smallest_size()
    assert "height: 5 and up, where size mod 4 is 0, 3; width: 8 and up" == domain.describe()
