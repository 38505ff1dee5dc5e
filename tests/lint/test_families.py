"""Published networks of other kinds than ImageNet's: no warning is given of one without a reason beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from resnetgen import compile_spec
from resnetgen.analysis.cost import cost, weighted_layers
from tests.cli.command_line import Completed, resnetgen

FAMILIES = sorted((Path(__file__).parent / "families").glob("*.yaml"))

LAYERS = {
    "alphago_zero_tower": 79,
    "iresnet100": 100,
    "mobilenet_v1": 28,
    "pyramidnet110_a84": 110,
    "r3d_18": 18,
    "resnet3d_18": 18,
    "resnext29_8x64d": 29,
    "slow_r50": 50,
}
"""The depth of each network whose authors tell it, of what this language can say of it."""

PARAMS = {
    "mobilenet_v1": 4_231_976,
    "r2plus1d_18": 31_505_325,
    "r3d_18": 33_371_472,
    "wide_resnet40_4": 8_949_210,
}
"""The parameters of each network whose authors or libraries publish them, to the unit, and that can be said whole."""


def test_no_warning_is_given_of_a_published_network_without_a_reason() -> None:
    folder = FAMILIES[0].parent
    assert Completed(0, f"{len(FAMILIES)} specs passed\n", "") == resnetgen("check", folder, "--strict")


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_each_network_names_its_source(path: Path) -> None:
    comment = re.match(r"(# .*\n)+", path.read_text(encoding="utf-8"))
    assert comment is not None
    assert re.search(r"arXiv:\d{4}\.\d{5}|doi:10\.|github\.com/", comment[0])
    assert path.stem == compile_spec(str(path)).network.name


@pytest.mark.parametrize("name", LAYERS)
def test_each_network_has_its_depth(name: str) -> None:
    assert LAYERS[name] == weighted_layers(compile_spec(str(FAMILIES[0].with_name(f"{name}.yaml"))).network)


@pytest.mark.parametrize("name", PARAMS)
def test_each_network_has_its_parameters(name: str) -> None:
    assert PARAMS[name] == cost(compile_spec(str(FAMILIES[0].with_name(f"{name}.yaml"))).trace).params
