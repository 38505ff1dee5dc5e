"""Blocks with something in place of their convolution, its norm and its activation; and what cannot stand there."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from resnetgen.analysis.cost import state_dict, weighted_layers
from resnetgen.api import compile_mapping, emit_source
from resnetgen.errors import OperatorError, SpecError
from resnetgen.ops.group_norm import GroupNormSlot
from resnetgen.ops.multi_scale import MultiScaleSlot
from resnetgen.ops.selective_kernel import SelectiveKernelSlot
from resnetgen.ops.spatial import SpatialSlot
from resnetgen.ops.split_attention import SplitAttentionSlot
from resnetgen.runtime.load_source import load
from tests.ops.single_operators import unit, window


def spec(spatial: Any, *branch: dict[str, Any], **more: Any) -> dict[str, Any]:
    blocks: dict[str, Any] = {"blocks": {"own": {"branch": [*branch]}}} if branch else {}
    return {
        "name": "net",
        "input": {"channels": 3, "size": 16},
        "stem": [{"conv": 3, "to": 16}],
        **blocks,
        "block": {"type": "own"} if branch else {"type": "bottleneck", "mid": 16, "spatial": spatial},
        "stages": {"layer1": {"blocks": 2, "channels": 16}, "layer2": {"blocks": 1, "channels": 32, "stride": 2}},
        "head": {"pool": "avg", "classes": 5},
        **more,
    }


def built(data: dict[str, Any]) -> nn.Module:
    """The network of a spec, after its state dict has been compared."""
    compiled = compile_mapping(data)
    net = load(emit_source(compiled), compiled.network)()
    predicted = [(key, entry.shape) for key, entry in state_dict(compiled.network)]
    assert predicted == [(key, tuple(value.shape)) for key, value in net.state_dict().items()]
    net(torch.randn(2, 3, 16, 16)).sum().backward()
    assert [] == [key for key, parameter in net.named_parameters() if parameter.grad is None]
    return net


def test_two_multi_scale_convolutions_of_a_block_have_modules_apart() -> None:
    first = {"conv": 3, "to": 16, "spatial": "multi_scale"}
    second = {"conv": 3, "to": 16, "spatial": {"type": "multi_scale", "scale": 2}}
    keys = list(built(spec(None, first, second, {"conv": 1, "to": "out", "stride": "here"})).state_dict())
    assert "layer1.0.convs.0.weight" in keys
    assert "layer1.0.conv2.convs.0.weight" in keys


def test_a_multi_scale_convolution_stands_in_the_stem() -> None:
    stem = [{"conv": 3, "to": 16}, {"conv": 3, "to": 16, "spatial": "multi_scale"}]
    assert "conv2.convs.2.weight" in built(spec("split_attention", stem=stem)).state_dict()


@pytest.mark.parametrize("kind", ("split_attention", "selective_kernel", "multi_scale"))
@pytest.mark.parametrize("norm", ("batch", "none", {"type": "group", "groups": 4}, {"type": "evonorm_s0", "groups": 4}))
def test_it_has_the_norm_of_its_block(kind: str, norm: Any) -> None:
    net = built(spec(kind, norm=norm))
    biased = [isinstance(m, nn.Conv2d) and m.bias is not None for key, m in net.named_modules() if key.endswith("conv")]
    assert {norm == "none"} >= set(biased)


def test_it_counts_as_a_layer() -> None:
    plain = compile_mapping(spec("none")).network
    kinds = ("split_attention", "selective_kernel", "multi_scale")
    assert {weighted_layers(plain)} == {weighted_layers(compile_mapping(spec(kind)).network) for kind in kinds}


@pytest.mark.parametrize("kind", ("split_attention", "selective_kernel"))
def test_the_layout_of_sknet_has_it_in_place_of_a_convolution(kind: str) -> None:
    keys = list(built(spec(kind, layout="sknet")).state_dict())
    inside = {"split_attention": "conv.weight", "selective_kernel": "paths.0.conv.weight"}[kind]
    assert {"layer1.0.conv1.conv.weight", f"layer1.0.conv2.{inside}"} <= set(keys)


# What cannot be


def refused(slot: SpatialSlot, *args: Any, **more: Any) -> str:
    with pytest.raises(OperatorError) as impossible:
        slot.operator(unit(*args, **more))
    assert "RG303" == impossible.value.code
    return impossible.value.message


def test_what_does_not_divide_the_channels_is_refused() -> None:
    split = SplitAttentionSlot(type="split_attention", radix=4)
    assert "a radix of 4 does not divide the 6 input channels" == refused(split, window(), 6, 8)
    assert "a radix of 4 and 2 groups do not divide the 12 input channels" == refused(split, window(), 12, 8, 2)
    assert "3 groups do not divide the 32 channels of the split attention" == refused(split, window(), 12, 12, 3)
    scales = MultiScaleSlot(type="multi_scale")
    assert "4 scales do not divide 10 channels" == refused(scales, window(), 10, 10)
    assert "4 scales of 2 groups do not divide 12 channels" == refused(scales, window(), 12, 12, 2)
    paths = SelectiveKernelSlot(type="selective_kernel")
    assert "2 paths do not divide the 5 input channels" == refused(paths, window(), 5, 8)
    assert "2 paths of 4 groups do not divide the 12 input channels" == refused(paths, window(), 12, 8, 4)
    normed = GroupNormSlot(type="group", groups=16)
    refusal = refused(paths, window(), 32, 32, norm=normed)
    assert "a group norm of 16 groups does not divide 8 channels that weigh the paths" == refusal


def test_kernels_that_cannot_grow_are_refused() -> None:
    expected = "a selective kernel needs an odd kernel, of more than one pixel"
    slot = SelectiveKernelSlot(type="selective_kernel")
    assert expected == refused(slot, window(2, kernel=1), 8, 8)
    assert expected == refused(slot, window(2, kernel=2), 8, 8)


def test_there_must_be_more_than_one_of_it() -> None:
    for kind, key in (("multi_scale", "scale"), ("selective_kernel", "paths")):
        with pytest.raises(SpecError) as found:
            compile_mapping(spec({"type": kind, key: 1}))
        assert ["RG204"] == [diagnostic.code for diagnostic in found.value.diagnostics]


def test_group_norms_inside_see_the_maps_inside() -> None:
    """The norm of a single channel in each group needs two samples where global pooling has left one pixel."""
    slot = SelectiveKernelSlot(type="selective_kernel")
    operator = slot.operator(unit(window(), 8, 8, norm=GroupNormSlot(type="group", groups=8)))
    assert 2 == operator.min_batch((8, 4, 4))
    scales = MultiScaleSlot(type="multi_scale", scale=2).operator(
        unit(window(), 8, 8, norm=GroupNormSlot(type="group", groups=4))
    )
    assert [1, 2] == [scales.min_batch((8, size, size)) for size in (2, 1)]
