"""Layers before the blocks of a stage: their stride, their widths, their names, and the code for them."""

from __future__ import annotations

from typing import Any

import pytest

from resnetgen.analysis.cost import state_dict
from resnetgen.analysis.diff import diff_networks
from resnetgen.analysis.diff.blocks import OPENING
from resnetgen.api import compile_mapping
from resnetgen.codegen.inference.network import deploy
from resnetgen.compiler import Compiled
from resnetgen.errors import SpecError
from tests.codegen.deployment import difference, filled

LAYERS: list[dict[str, Any]] = [
    {"norm": "here", "act": "none"},
    {"conv": 2, "to": "out", "stride": "here", "norm": "none", "act": "none"},
]


def spec(**changes: Any) -> dict[str, Any]:
    """Two stages, of which the second begins with a norm and a strided convolution."""
    layer2 = {"blocks": 2, "channels": 16, "stride": 2, "transition": LAYERS, **changes.pop("layer2", {})}
    return {
        "name": "net",
        "input": {"channels": 3, "size": 16},
        "stem": [{"conv": 3, "to": 8}],
        "block": {"type": "basic"},
        "stages": {"layer1": {"blocks": 2, "channels": 8}, "layer2": layer2},
        "head": {"pool": "avg", "classes": 4},
        **changes,
    }


def compiled(**changes: Any) -> Compiled:
    return compile_mapping(spec(**changes))


def keys(**changes: Any) -> list[str]:
    return [key for key, _ in state_dict(compiled(**changes).network) if key.endswith("weight")]


def test_the_layers_have_the_stride_and_the_blocks_none() -> None:
    found = compiled()
    stage = found.network.stages[1]
    assert stage.opening is not None
    assert [(1, 1), (2, 2)] == [run.block.stride for run in (*stage.block_runs, stage.opening)]
    assert ["identity"] == [run.block.shortcut.kind for run in stage.block_runs]
    assert (16, 8, 8) == found.trace.stages[1].output
    assert 2 == stage.blocks()
    assert 4 == found.network.blocks()


def test_a_block_strides_where_the_layers_do_not() -> None:
    stage = compiled(layer2={"transition": LAYERS[:1]}).network.stages[1]
    assert [(2, 2), (1, 1)] == [run.block.stride for run in stage.block_runs]


def test_strides_that_are_numbers_multiply() -> None:
    pool = [{"avg_pool": 2}]
    assert (16, 4, 4) == compiled(layer2={"transition": pool}).trace.stages[1].output


def test_an_output_stride_makes_a_dilation_of_the_stride_of_the_layers() -> None:
    layers = [{"conv": 3, "to": "out", "stride": "here", "dilation": "here"}]
    stage = compiled(layer2={"transition": layers}, output_stride=1).network.stages[1]
    assert stage.opening is not None
    first = stage.opening.block.branch[0].operator.receptive_window()
    then = stage.block_runs[0].block.branch[0].operator.receptive_window()
    assert first is not None
    assert then is not None
    assert ((1, 1), (1, 1)) == (first.stride, first.dilation)  # it reads the map before the stride
    assert ((1, 1), (2, 2)) == (then.stride, then.dilation)


def test_the_output_stride_reckons_with_the_layers() -> None:
    with pytest.raises(SpecError, match="an output stride of 1 cannot be"):
        compiled(layer2={"transition": [{"avg_pool": 2}], "stride": 1}, output_stride=1)


def test_the_widths_of_a_stage_are_of_what_enters_it() -> None:
    stage = compiled(layer2={"channels": "2 * in"}).network.stages[1]
    assert [(("in", 8), ("out", 16)), (("in", 16), ("out", 16))] == [run.block.widths[:2] for run in stage.runs]


def test_widths_that_are_numbers_are_scaled() -> None:
    layers = [{"conv": 1, "to": 32, "stride": "here"}]
    stage = compiled(layer2={"transition": layers}, scale={"width": 0.5}).network.stages[1]
    assert stage.opening is not None
    assert 16 == stage.opening.block.out_channels


def test_the_names_are_numbers_under_a_name_of_the_layout() -> None:
    assert ["layer2.transition.0.weight", "layer2.transition.1.weight", "layer2.0.conv1.weight"] == keys()[10:13]
    layout = {"stage": "stages.*.blocks", "transition": "downsample"}
    found = ["stages.1.downsample.0.weight", "stages.1.downsample.1.weight", "stages.1.blocks.0.conv1.weight"]
    assert found == keys(layout=layout)[10:13]
    named = [dict(layer, name=name) for layer, name in zip(LAYERS, ("norm", "reduction"), strict=True)]
    assert ["layer2.transition.norm.weight", "layer2.transition.reduction.weight"] == keys(
        layer2={"transition": named}
    )[10:12]


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ({"stage": "stages.*.blocks", "transition": "blocks"}, "`blocks` names the transition and blocks"),
        ({"in_stage": "b*", "transition": "b0"}, "`b0` names the transition and blocks"),
        ({"transition": "forward"}, "`forward` is reserved"),
    ],
)
def test_a_name_that_is_taken_is_an_error(layout: dict[str, str], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        compiled(layout=layout)


@pytest.mark.parametrize(
    "layout",
    ["torchvision", "resnetv2", {"in_stage": "block@-*"}, {"stage": "stages.*.units", "first": {"block": 1}}],
)
def test_the_emitted_network_has_the_predicted_tensors_and_folds(layout: Any) -> None:
    layers = [*LAYERS, {"norm": "here", "act": "relu"}]
    found = compiled(layout=layout, layer2={"transition": layers})
    both = filled(found)
    assert [key for key, _ in state_dict(found.network)] == list(both.trained.state_dict())
    assert [key for key, _ in state_dict(deploy(found.network).network)] == list(both.deployed.state_dict())
    assert len(both.deployed.state_dict()) < len(both.trained.state_dict()) / 2  # the norms are gone
    assert difference(both, (3, 16, 16)) < 1e-9


def test_the_norm_and_the_activation_are_those_of_the_network() -> None:
    layers = [{"conv": 2, "to": "out", "stride": "here"}]
    stage = compiled(norm="layer", act="silu", layer2={"transition": layers, "norm": "batch"}).network.stages[1]
    assert stage.opening is not None
    assert ["conv", "layer norm", "silu"] == [
        node.operator.describe().split(" 2x2")[0] for node in stage.opening.block.branch
    ]


def test_a_difference_names_the_layers_apart_from_the_blocks() -> None:
    wider = [LAYERS[0], {**LAYERS[1], "conv": 3}]
    before, after = compiled(), compiled(layer2={"transition": wider, "blocks": 3})
    found = diff_networks(before.network, after.network).stages["layer2"]
    assert [(OPENING, "transition"), (2, None)] == [(change.first, change.before) for change in found]
