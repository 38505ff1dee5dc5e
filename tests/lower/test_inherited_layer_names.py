"""Names of layers that a base wrote for its own layout: another layout may have no place for them."""

import pytest

import resnetgen
from resnetgen.analysis.cost import state_dict

BRANCH = [{"conv": 3, "to": "out", "stride": "here", "name": "a"}]
LAYOUT = {"block": {"conv": "conv", "norm": "norm", "act": "act"}}


def test_a_layout_may_leave_out_names_that_a_base_wrote() -> None:
    names = {"conv": [f"conv{n}.conv" for n in "123"], "norm": [f"conv{n}.bn" for n in "123"], "act": "act*"}
    compiled = resnetgen.compile_mapping({"extends": "regnet_x_400mf", "name": "mine", "layout": {"block": names}})
    keys = [key for key, _ in state_dict(compiled.network)]
    assert "trunk_output.block1.block1-0.conv3.bn.weight" in keys


def test_names_in_the_spec_itself_need_a_place() -> None:
    own = {"blocks": {"mine": {"branch": BRANCH}}, "block": {"type": "mine"}}
    with pytest.raises(resnetgen.SpecError, match="`name: a` has no effect"):
        resnetgen.compile_mapping({"extends": "resnet18", "name": "mine", "layout": LAYOUT, **own})
