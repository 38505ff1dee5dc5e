"""A block's stride is the product of all strides on its branch, and every plan reckons with that."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from resnetgen import api
from resnetgen.errors import SpecError

STRIDE_HERE = {"branch": [{"conv": 3, "to": "out", "stride": "here", "dilation": "here"}]}
FIXED = {"branch": [{"conv": 3, "to": "out", "stride": 2}]}
BOTH = {
    "branch": [{"conv": 3, "to": "out", "stride": 2}, {"conv": 3, "to": "out", "stride": "here", "dilation": "here"}]
}
POOLED = {"branch": [{"max_pool": 2, "padding": 0}, {"conv": 3, "to": "out"}]}
TYPES = {"taking": STRIDE_HERE, "fixed": FIXED, "both": BOTH, "pooled": POOLED}


def random_stage(random: Random) -> dict[str, Any]:
    kind = random.choice([*TYPES])
    stage: dict[str, Any] = {"type": kind, "channels": 8, "blocks": random.choice((1, 1, 2))}
    if kind in ("taking", "both"):
        stage["stride"] = random.choice((1, 2, 2))
    return stage


def spec(stages: dict[str, Any], **more: Any) -> dict[str, Any]:
    used = {stage["type"] for stage in stages.values()}
    return {
        "name": "net",
        "input": {"channels": 3, "size": 512},
        "stem": [{"conv": 3, "to": 8, "stride": 2}],
        "stages": stages,
        "blocks": {name: kind for name, kind in TYPES.items() if name in used},
        "head": {"pool": "avg"},
        **more,
    }


@pytest.mark.parametrize("seed", range(40))
def test_an_output_stride_is_kept_or_refused(seed: int) -> None:
    random = Random(seed)
    stages = {f"layer{number}": random_stage(random) for number in range(random.choice((1, 2, 3)))}
    target = random.choice((2, 4, 8, 16))
    try:
        compiled = api.compile_mapping(spec(stages, output_stride=target))
    except SpecError as error:
        assert {diagnostic.code for diagnostic in error.diagnostics} <= {"RG305", "RG209"}
        return
    stride = 2
    for stage in compiled.network.stages:
        for run in stage.runs:
            stride *= run.block.stride[0] ** run.repeat
    assert stride == target
    assert 512 // stride == compiled.trace.stages[-1].output[1]


def test_specs_with_an_output_stride_are_kept_and_refused() -> None:
    outcomes = set()
    for seed in range(40):
        random = Random(seed)
        stages = {f"layer{number}": random_stage(random) for number in range(random.choice((1, 2, 3)))}
        try:
            api.compile_mapping(spec(stages, output_stride=random.choice((2, 4, 8, 16))))
            outcomes.add("kept")
        except SpecError as error:
            outcomes |= {diagnostic.code for diagnostic in error.diagnostics}
    assert {"kept", "RG305"} <= outcomes


def test_a_shortcut_has_the_stride_that_layers_have_by_themselves() -> None:
    compiled = api.compile_mapping(spec({"layer1": {"type": "both", "channels": 8, "blocks": 1, "stride": 2}}))
    (run,) = compiled.network.stages[0].runs
    assert run.block.stride == (4, 4)
    assert run.block.shortcut.kind == "projection"


def test_a_kernel_of_a_projection_has_an_effect_where_layers_stride_by_themselves() -> None:
    stage = {"type": "fixed", "channels": 8, "blocks": 1, "shortcut": {"type": "auto", "kernel": 3}}
    compiled = api.compile_mapping(spec({"layer1": stage}))
    window = compiled.network.stages[0].runs[0].block.shortcut.nodes[0].operator.receptive_window()
    assert window is not None
    assert (window.kernel, window.stride) == ((3, 3), (2, 2))


def test_a_norm_has_an_effect_on_the_projection_that_a_layers_own_stride_makes() -> None:
    kind = {"branch": [{"conv": 3, "to": "out", "stride": 2, "norm": "batch"}]}
    stages = {"layer1": {"type": "T", "channels": 8, "blocks": 1, "norm": {"type": "group", "groups": 4}}}
    compiled = api.compile_mapping({**spec(stages), "blocks": {"T": kind}})
    assert compiled.network.stages[0].runs[0].block.shortcut.nodes[1].operator.label == "group norm"


def test_a_multi_scale_convolution_pools_its_last_part_where_another_layer_strides() -> None:
    kind = {
        "branch": [
            {"conv": 3, "to": "out", "stride": 2},
            {"conv": 3, "to": "out", "spatial": {"type": "multi_scale", "scale": 2}},
        ]
    }
    stages = {"layer1": {"type": "T", "channels": 8, "blocks": 1}}
    compiled = api.compile_mapping({**spec(stages), "blocks": {"T": kind}})
    operators = [node.operator for node in compiled.network.stages[0].runs[0].block.branch]
    assert [getattr(operator, "is_first", None) for operator in operators if hasattr(operator, "is_first")] == [True]
