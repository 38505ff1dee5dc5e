"""Replacements for a convolution with norm and activation, and other kinds of convolution, compared with timm's."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from resnetgen.api import compile_mapping, emit_source
from resnetgen.ops.activation import TABLE
from resnetgen.ops.multi_scale import MultiScaleSlot
from resnetgen.ops.operator import Operator
from resnetgen.ops.scaled_weight_standardized_conv import GAINS, ScaledWeightStandardizedConv
from resnetgen.ops.selective_kernel import SelectiveKernelSlot
from resnetgen.ops.spatial import SpatialSlot
from resnetgen.ops.split_attention import SplitAttentionSlot
from resnetgen.ops.weight_standardized_conv import WeightStandardizedConv
from resnetgen.runtime.load_source import load
from tests.ops.single_modules import assert_captured, random_weights
from tests.ops.single_operators import network, unit, window
from tests.published.timm_oracle import timm_module

RANKS = (1, 2, 3)


def module_of(operator: Operator, rank: int = 2) -> nn.Module:
    made: Any = network([operator], (getattr(operator, "in_channels"), *(8,) * rank))  # noqa: B009  # of any operator
    return made.op0  # type: ignore[no-any-return]


def assert_equals(theirs: nn.Module, ours: nn.Module, channels: int, sizes: tuple[int, ...] = (1, 6, 7)) -> None:
    """Assert that they have the same state dict, and with one set of weights give one answer."""
    shapes = [(key, tuple(value.shape)) for key, value in theirs.state_dict().items()]
    assert shapes == [(key, tuple(value.shape)) for key, value in ours.state_dict().items()]
    random_weights(theirs)
    ours.load_state_dict(theirs.state_dict())
    for size in sizes:
        x = torch.randn(2, channels, size, size + 1)
        with torch.inference_mode():
            torch.testing.assert_close(ours.eval()(x), theirs.eval()(x), rtol=1e-4, atol=1e-5)


# Beside timm


@pytest.mark.oracle
@pytest.mark.parametrize(("radix", "groups"), [*product((1, 2, 4), repeat=2)])
def test_split_attention_is_that_of_timm(radix: int, groups: int) -> None:
    for stride, dilation in ((1, 1), (2, 1), (1, 2)):
        theirs = timm_module("layers").SplitAttn(
            16, 24, stride=stride, padding=dilation, dilation=dilation, groups=groups, radix=radix,
            norm_layer=nn.BatchNorm2d,
        )  # fmt: skip
        slot = SplitAttentionSlot(type="split_attention", radix=radix)
        ours = slot.operator(unit(window(2, stride, dilation), 16, 24, groups))
        assert_equals(theirs, module_of(ours), 16)


@pytest.mark.oracle
@pytest.mark.parametrize(("split", "dilated", "groups"), [*product((True, False), (True, False), (1, 4))])
def test_a_selective_kernel_is_that_of_timm(split: bool, dilated: bool, groups: int) -> None:
    for stride, dilation, (ratio, divisor) in product((1, 2), (1, 2), ((1 / 16, 8), (0.4, 16))):
        theirs = timm_module("layers").SelectiveKernel(
            16, 24, stride=stride, dilation=dilation, groups=groups, rd_ratio=ratio, rd_divisor=divisor,
            keep_3x3=dilated, split_input=split,
        )  # fmt: skip
        slot = SelectiveKernelSlot(type="selective_kernel", split=split, dilated=dilated, ratio=ratio, divisor=divisor)
        ours = slot.operator(unit(window(2, stride, dilation), 16, 24, groups))
        assert_equals(theirs, module_of(ours), 16)


@pytest.mark.oracle
def test_a_selective_kernel_of_three_paths_is_that_of_timm() -> None:
    theirs = timm_module("layers").SelectiveKernel(12, 8, kernel_size=[3, 5, 7], split_input=True)
    ours = SelectiveKernelSlot(type="selective_kernel", paths=3).operator(unit(window(), 12, 8))
    assert_equals(theirs, module_of(ours), 12)


def bottleneck(in_channels: int, scale: int, groups: int, stride: int) -> dict[str, Any]:
    """A spec with a single bottleneck of 64 channels, its width 8 for each group in each scale."""
    return {
        "name": "net",
        "input": {"channels": 3, "size": 16},
        "stem": [{"conv": 1, "to": in_channels}],
        "block": {
            "type": "bottleneck",
            "mid": 8 * groups * scale,
            "groups": groups,
            "spatial": {"type": "multi_scale", "scale": scale},
        },
        "stages": {"layer1": {"blocks": 1, "channels": 64, "stride": stride}},
        "head": {"pool": "avg", "classes": 2},
    }


@pytest.mark.oracle
@pytest.mark.parametrize(("scale", "groups"), [*product((2, 4, 8), (1, 2))])
def test_a_multi_scale_bottleneck_is_that_of_timm(scale: int, groups: int) -> None:
    for in_channels, stride in ((64, 1), (64, 2), (32, 1)):
        around = nn.Sequential(nn.Conv2d(in_channels, 64, 1, stride, bias=False), nn.BatchNorm2d(64))
        theirs = timm_module("models.res2net").Bottle2neck(
            in_channels, 16, stride, None if (in_channels, stride) == (64, 1) else around, groups, 32, scale,
            act_layer=nn.ReLU, norm_layer=nn.BatchNorm2d,
        )  # fmt: skip
        compiled = compile_mapping(bottleneck(in_channels, scale, groups, stride))
        ours: Any = load(emit_source(compiled), compiled.network)()
        assert_equals(theirs, ours.layer1[0], in_channels, (2, 7))


@pytest.mark.oracle
@pytest.mark.parametrize("eps", (1e-6, 1e-2))
def test_a_weight_standardized_convolution_is_that_of_timm(eps: float) -> None:
    for groups, bias, stride in product((1, 2), (True, False), (1, 2)):
        theirs = timm_module("layers").StdConv2d(8, 6, 3, stride, 1, groups=groups, bias=bias, eps=eps)
        ours = WeightStandardizedConv(8, 6, window(2, stride), groups, bias, eps)
        assert_equals(theirs, module_of(ours), 8)


@pytest.mark.oracle
@pytest.mark.parametrize(("gamma", "eps"), [(1.0, 1e-6), (1.7139588594436646, 1e-5)])
def test_a_scaled_weight_standardized_convolution_is_that_of_timm(gamma: float, eps: float) -> None:
    for groups, bias, stride in product((1, 2), (True, False), (1, 2)):
        theirs = timm_module("layers").ScaledStdConv2d(
            8, 6, 3, stride, 1, groups=groups, bias=bias, gamma=gamma, eps=eps, gain_init=0.5
        )
        ours = ScaledWeightStandardizedConv(8, 6, window(2, stride), groups, bias, eps, gamma, 0.5)
        assert_equals(theirs, module_of(ours), 8)


# Without timm


@pytest.mark.parametrize("rank", RANKS)
def test_scaled_weights_have_the_variance_that_keeps_that_of_the_map(rank: int) -> None:
    made = ScaledWeightStandardizedConv(4, 6, window(rank), 2, True, 1e-6, gamma=2.0, gain=0.5)
    module: Any = module_of(made, rank)
    assert [("weight", (6, 2, *(3,) * rank)), ("bias", (6,)), ("gain", (6, 1, *(1,) * rank))] == [
        (name, tuple(tensor.shape)) for name, tensor in module.state_dict().items()
    ]
    axes = tuple(range(1, 2 + rank))
    weight = module.weight - module.weight.mean(axes, keepdim=True)
    weight = weight / (weight.square().mean(axes, keepdim=True) + 1e-6).sqrt()
    convolve = getattr(nn.functional, f"conv{rank}d")
    x = torch.randn(2, 4, *(5,) * rank)
    expected = convolve(x, 0.5 * 2.0 * weight / (2 * 3**rank) ** 0.5, module.bias, padding=1, groups=2)
    torch.testing.assert_close(module(x), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("act", [name for name in GAINS if name != "leaky_relu"])
def test_the_gain_of_an_activation_restores_the_variance_of_a_normal_input(act: str) -> None:
    torch.manual_seed(0)
    x = torch.randn(2_000_000, dtype=torch.float64)
    module = getattr(nn, TABLE[act].module)()
    assert GAINS[act] == pytest.approx(float(module(x).var() ** -0.5), rel=1e-2)


@pytest.mark.parametrize("rank", RANKS)
def test_weights_are_standardized_for_each_output_channel(rank: int) -> None:
    module: Any = module_of(WeightStandardizedConv(4, 6, window(rank), 2, True), rank)
    x = torch.randn(2, 4, *(5,) * rank)
    axes = tuple(range(1, 2 + rank))
    weight = module.weight - module.weight.mean(axes, keepdim=True)
    weight = weight / (weight.square().mean(axes, keepdim=True) + 1e-6).sqrt()
    convolve = getattr(nn.functional, f"conv{rank}d")
    expected = convolve(x, weight, module.bias, padding=1, groups=2)
    torch.testing.assert_close(module(x), expected, rtol=1e-4, atol=1e-5)


KINDS: dict[str, SpatialSlot] = {
    "split": SplitAttentionSlot(type="split_attention"),
    "split of one": SplitAttentionSlot(type="split_attention", radix=1),
    "selective": SelectiveKernelSlot(type="selective_kernel"),
    "selective of all": SelectiveKernelSlot(type="selective_kernel", paths=3, split=False, dilated=False),
    "multi-scale": MultiScaleSlot(type="multi_scale"),
}


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_scripted_exported_and_traced(kind: str, rank: int) -> None:
    for begins in (True, False):
        operator = KINDS[kind].operator(unit(window(rank, 1 + begins), 16, 16, 2, begins=begins))
        assert_captured(module_of(operator, rank), (16, *(5,) * rank))


def seen(module: nn.Module, channels: int, rank: int, size: int) -> tuple[int, ...]:
    """Over how many pixels along each axis the middle of a module's output reaches."""
    for parameter in module.parameters():
        nn.init.ones_(parameter)
    x = torch.rand(1, channels, *(size,) * rank).requires_grad_()
    out: Tensor = module.eval()(x)
    middle = out[0]
    for extent in out.shape[2:]:
        middle = middle[:, extent // 2]
    (gradient,) = torch.autograd.grad(middle.sum(), x)
    pixels = gradient[0].abs().sum(0).nonzero()
    return tuple(int(high - low) + 1 for low, high in zip(pixels.amin(0), pixels.amax(0), strict=True))


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("begins", (True, False))
def test_the_scales_in_a_row_reach_as_far_as_is_said(rank: int, begins: bool) -> None:
    for scale in (2, 3, 4):
        slot = MultiScaleSlot(type="multi_scale", scale=scale)
        operator = slot.operator(unit(window(rank), 12, 12, begins=begins))
        reach = operator.receptive()
        assert reach is not None
        assert reach.kernel == seen(module_of(operator, rank), 12, rank, 11)


@pytest.mark.parametrize("dilated", (True, False))
def test_the_last_path_reaches_as_far_as_is_said(dilated: bool) -> None:
    for paths, dilation in product((2, 3), (1, 2)):
        slot = SelectiveKernelSlot(type="selective_kernel", paths=paths, dilated=dilated)
        operator = slot.operator(unit(window(2, 1, dilation), 12, 12))
        module: Any = module_of(operator)
        reach = operator.receptive()
        assert reach is not None
        expected = tuple(d * (k - 1) + 1 for k, d in zip(reach.kernel, reach.dilation, strict=True))
        assert (2 * dilation * paths + 1,) * 2 == expected == seen(module.paths[-1], 12 // paths, 2, 25)


def test_paths_with_little_padding_agree_in_size() -> None:
    narrow = window()._replace(padding=(0, 0))
    operator = SelectiveKernelSlot(type="selective_kernel").operator(unit(narrow, 8, 8))
    out = module_of(operator).eval()(torch.randn(1, 8, 5, 6))
    assert (8, 3, 4) == operator.output((8, 5, 6)) == tuple(out.shape[1:])
