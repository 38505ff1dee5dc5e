"""Operators on their own: as torch's modules, and as networks of nothing else."""

from __future__ import annotations

import torch
from torch import nn

from resnetgen.analysis.shape_inference import Trace
from resnetgen.analysis.step import Step
from resnetgen.codegen import emit
from resnetgen.ir.network import Init, Network, Node
from resnetgen.ops.activation import REQUIRED, TABLE, Activation, ActivationSlot
from resnetgen.ops.affine import Affine
from resnetgen.ops.attention_pool import AttentionPoolSlot
from resnetgen.ops.batch_norm import BatchNorm, BatchNormSlot
from resnetgen.ops.blur_pool import BlurPool
from resnetgen.ops.branch_scale import LayerScaleSlot, ReZeroSlot, SkipInitSlot
from resnetgen.ops.cbam import CbamSlot
from resnetgen.ops.constant_scale import ConstantScaleSlot
from resnetgen.ops.conv import Conv
from resnetgen.ops.drop_block import DropBlock
from resnetgen.ops.drop_path import DropPath
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.efficient_channel_attention import EfficientChannelAttentionSlot
from resnetgen.ops.evonorm_s0 import EvoNormS0
from resnetgen.ops.filter_response_norm import FilterResponseNorm, FilterResponseNormTLU
from resnetgen.ops.frozen_batch_norm import FrozenBatchNorm
from resnetgen.ops.gather_excite import GatherExciteSlot
from resnetgen.ops.generalized_mean_pool import GeneralizedMeanSlot
from resnetgen.ops.global_context import GlobalContextSlot
from resnetgen.ops.global_pool import Flatten, FlattenModule, PlainPoolSlot
from resnetgen.ops.group_norm import GroupNorm, GroupNormSlot
from resnetgen.ops.identity import Identity
from resnetgen.ops.instance_batch_norm import InstanceBatchNorm
from resnetgen.ops.instance_norm import InstanceNorm
from resnetgen.ops.layer_norm import ChannelLayerNorm
from resnetgen.ops.multi_scale import MultiScaleSlot
from resnetgen.ops.multiply import Multiply
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Operator
from resnetgen.ops.output_activation import OUTPUT_ACTIVATIONS
from resnetgen.ops.pad import Pad
from resnetgen.ops.pad_channels import pad_channels
from resnetgen.ops.padded_conv import conv
from resnetgen.ops.padded_pool import avg_pool, max_pool
from resnetgen.ops.plain_conv import PlainSlot
from resnetgen.ops.pointwise_linear import PointwiseLinear
from resnetgen.ops.pool import AvgPool, MaxPool
from resnetgen.ops.registry import AttentionKind, GlobalPoolKind
from resnetgen.ops.rms_norm import ChannelRMSNorm
from resnetgen.ops.same_avg_pool import SameAvgPool
from resnetgen.ops.scaled_weight_standardized_conv import ScaledWeightStandardizedConv
from resnetgen.ops.selective_kernel import SelectiveKernelSlot
from resnetgen.ops.spatial import Unit
from resnetgen.ops.spectral_norm_conv import SpectralNormConv
from resnetgen.ops.split_attention import SplitAttentionSlot
from resnetgen.ops.squeeze_excite import SqueezeExciteSlot
from resnetgen.ops.standardize import Standardize
from resnetgen.ops.stats_pool import StatsSlot
from resnetgen.ops.unit_length import UnitLength
from resnetgen.ops.weight_norm_conv import WeightNormConv
from resnetgen.ops.weight_standardized_conv import WeightStandardizedConv
from resnetgen.ops.window import Shape, Window
from resnetgen.runtime.load_source import load
from resnetgen.schema.padding import MODES
from resnetgen.schema.width_expression import number

CHANNELS = 4


def network(operators: list[Operator], shape: Shape) -> nn.Module:
    """The emitted network that holds nothing but these operators, called op0, op1 and so on."""
    nodes = tuple(Node(f"op{index}", operator) for index, operator in enumerate(operators))
    around = Network("net", "Net", "", "", shape[0], shape[1:], nodes, (), (), (), Init())
    traced = Trace(around, shape, tuple(Step(node, shape, shape) for node in nodes), (), ())
    return load(emit(traced, origin="a test", digest="0"), around)()


def plain(operator: Operator) -> nn.Module:
    """The module of an operator that torch has one for."""
    construction = operator.construction()
    assert construction is not None
    made = getattr(nn, construction.function.removeprefix("nn."))
    return made(**{argument.name: argument.value for argument in construction.arguments})  # type: ignore[no-any-return]


def seen(module: nn.Module, shape: Shape, batch: int = 1) -> Shape | None:
    """The shape that comes out, None where torch refuses."""
    try:
        return tuple(module(torch.zeros(batch, *shape)).shape[1:])
    except (RuntimeError, ValueError):
        return None


def predicted_shape(operator: Operator, shape: Shape) -> Shape | None:
    """The shape that the operator says comes out, None where it says that it cannot."""
    return None if operator.shape_error(shape) else operator.output(shape)


def samples(rank: int) -> dict[str, Operator]:
    """At least one of each operator that takes a map."""
    ones, twos, threes, uneven = (1,) * rank, (2,) * rank, (3,) * rank, tuple(range(2, 2 + rank))
    window = Window(threes, twos, ones, ones)
    found: dict[str, Operator] = {
        "conv": Conv(CHANNELS, 6, window, 2, True),
        "conv without bias": Conv(CHANNELS, 3, Window(threes, ones, twos, twos)),
        "max pool": MaxPool(window),
        "avg pool": AvgPool(window, False),
        "same avg pool": SameAvgPool(uneven),
        "batch norm": BatchNorm(CHANNELS, rank, 1e-5, 0.1),
        "frozen batch norm": FrozenBatchNorm(CHANNELS, rank, 1e-5),
        "group norm": GroupNorm(CHANNELS, 2, 1e-5),
        "group norm of single channels": GroupNorm(CHANNELS, CHANNELS, 1e-5),
        "instance norm": InstanceNorm(CHANNELS, rank, 1e-5, True),
        "instance norm without weights": InstanceNorm(CHANNELS, rank, 1e-5, False),
        "instance and batch norm": InstanceBatchNorm(InstanceNorm(3, rank, 1e-5, True), BatchNorm(1, rank, 1e-5, 0.1)),
        "layer norm": ChannelLayerNorm(CHANNELS, 1e-5),
        "RMS norm": ChannelRMSNorm(CHANNELS, 1e-5),
        "dropout": Dropout(0.5),
        "drop path": DropPath(0.5),
        "layer scale": LayerScaleSlot(type="layer_scale").at_end(CHANNELS, 1),
        "rezero": ReZeroSlot(type="rezero").at_end(CHANNELS, 1),
        "skipinit": SkipInitSlot(type="skipinit", init=0.5).at_end(CHANNELS, 1),
        "constant scale": ConstantScaleSlot(type="constant", value=0.2).at_end(CHANNELS, 1),
        "identity": Identity(),
        "multiply": Multiply(-0.5),
        "standardize": Standardize((0.1,) * CHANNELS, (0.3,) * CHANNELS, rank),
        "flatten": Flatten(),
        "flatten_module": FlattenModule(),
        "unit length": UnitLength(),
        "affine": Affine(CHANNELS),
        "evonorm": EvoNormS0(CHANNELS, 2, 1e-5, rank),
        "evonorm of single channels": EvoNormS0(CHANNELS, CHANNELS, 1e-5, rank),
        "filter response norm": FilterResponseNorm(CHANNELS, 1e-5, rank),
        "filter response norm, thresholded": FilterResponseNormTLU(CHANNELS, 1e-5, rank),
        "blur pool": BlurPool(CHANNELS, 3, twos, "reflect"),
        "blur pool by axis": BlurPool(CHANNELS, 4, uneven, "zeros"),
        "weight-standardized conv": WeightStandardizedConv(CHANNELS, 6, window, 2, True),
        "weight-normalized conv": WeightNormConv(CHANNELS, 6, window, 2, True),
        "spectrally normalized conv": SpectralNormConv(CHANNELS, 6, window, 2, True),
        "pointwise linear": PointwiseLinear(CHANNELS, 6, Window(ones, ones, (0,) * rank, ones), bias=True),
        "scaled weight-standardized conv": ScaledWeightStandardizedConv(CHANNELS, 6, window, 2, True, 1e-5, 1.7),
        "drop block": DropBlock(0.5, 3, 1.0, rank),
        "pad": Pad(Window(ones, ones, uneven, ones)),
        "pad on one side": Pad(Window(ones, ones, uneven, ones, mode="replicate", behind=ones)),
        "pad channels": pad_channels(CHANNELS, 7, twos),
        "pad channels by axis": pad_channels(CHANNELS, 7, uneven if rank > 1 else twos),
        "pad channels on both sides": pad_channels(CHANNELS, 7, twos, "both"),
        "pad channels on both sides by axis": pad_channels(CHANNELS, 7, uneven if rank > 1 else twos, "both"),
        "zero channels": pad_channels(CHANNELS, 7, (1,) * rank, strides=False),
        "zero channels on both sides": pad_channels(CHANNELS, 7, (1,) * rank, "both", strides=False),
    }
    found |= _spatial(window) | _padded(window)
    found |= attentions(CHANNELS, rank)
    found |= {f"activation {name}": _activation(name) for name in TABLE}
    found |= {f"global pool {pool.type}": pool.operator(CHANNELS, twos) for pool in GLOBAL_POOLS}
    return found | {name: made() for name, made in OUTPUT_ACTIVATIONS.items()}


def _padded(window: Window) -> dict[str, Operator]:
    """Return what pads by itself: at one side, before the map, or as the size of the map asks for."""
    rank = len(window.kernel)
    behind = window._replace(padding=(0,) * rank, behind=(1,) * rank)
    causal = window._replace(padding=(2, *window.padding[1:]), behind=(0, *window.padding[1:]))
    same = window._replace(padding=(0,) * rank, behind=(1,) * rank, same=(True,) * rank)
    found: dict[str, Operator] = {
        "weight-standardized conv, same": WeightStandardizedConv(CHANNELS, 6, same, 2, True),
        "weight-normalized conv, same": WeightNormConv(CHANNELS, 6, same, 2, True),
        "spectrally normalized conv, same": SpectralNormConv(CHANNELS, 6, same, 2, True),
        "weight-normalized conv, reflect": WeightNormConv(CHANNELS, 6, window._replace(mode="reflect"), 2, True),
        "max pool, same": max_pool(same),
        "max pool, behind": max_pool(behind),
        "avg pool, same": avg_pool(same, True),
    }
    for mode in MODES:
        found |= {
            f"conv, {mode}": conv(CHANNELS, 6, window._replace(mode=mode), 2, True),
            f"conv behind, {mode}": conv(CHANNELS, 6, behind._replace(mode=mode), 2, True),
            f"conv causal, {mode}": conv(CHANNELS, 6, causal._replace(mode=mode), 2, True),
            f"weight-standardized conv, {mode}": WeightStandardizedConv(
                CHANNELS, 6, window._replace(mode=mode), 2, True
            ),
        }
    return found | {"conv, same": conv(CHANNELS, 6, same, 2, True)}


def window(rank: int = 2, stride: int = 1, dilation: int = 1, kernel: int = 3) -> Window:
    """A window alike along each axis, with the padding that keeps a map's size at stride 1."""
    padding = dilation * (kernel - 1) // 2
    return Window((kernel,) * rank, (stride,) * rank, (padding,) * rank, (dilation,) * rank)


def unit(
    window: Window,
    in_channels: int = CHANNELS,
    out_channels: int = CHANNELS,
    groups: int = 1,
    norm: NormSlot | None = None,
    begins: bool = True,
) -> Unit:
    """A convolution, a norm and a ReLU, that something may stand in for."""
    plain, batch = PlainSlot(type="plain"), BatchNormSlot(type="batch")
    relu = ActivationSlot(type="relu")
    return Unit(in_channels, out_channels, window, groups, plain, norm or batch, relu, begins, apart=True)


def _spatial(window: Window) -> dict[str, Operator]:
    """Return the operators that replace a convolution with its norm and activation."""
    rank = len(window.kernel)
    ones = Window(window.kernel, (1,) * rank, window.padding, window.dilation)
    single = GroupNormSlot(type="group", groups=CHANNELS // 2)
    return {
        "split attention": SplitAttentionSlot(type="split_attention").operator(unit(window)),
        "split attention of one split": SplitAttentionSlot(type="split_attention", radix=1).operator(unit(window)),
        "multi-scale": MultiScaleSlot(type="multi_scale", scale=2).operator(unit(window)),
        "multi-scale in a row": MultiScaleSlot(type="multi_scale").operator(unit(ones, begins=False)),
        "multi-scale, group norm": MultiScaleSlot(type="multi_scale", scale=2).operator(unit(window, norm=single)),
        "selective kernel": SelectiveKernelSlot(type="selective_kernel").operator(unit(window, out_channels=6)),
        "selective kernel, large": SelectiveKernelSlot(
            type="selective_kernel", paths=3, split=False, dilated=False
        ).operator(unit(window, groups=2)),
    }


GLOBAL_POOLS: tuple[GlobalPoolKind, ...] = (
    PlainPoolSlot(type="avg"),
    PlainPoolSlot(type="max"),
    PlainPoolSlot(type="avg_plus_max"),
    PlainPoolSlot(type="avg_concat_max"),
    PlainPoolSlot(type="sum"),
    GeneralizedMeanSlot(type="gem"),
    StatsSlot(type="stats"),
    AttentionPoolSlot(type="attention", heads=2, to=number(6)),
)

ATTENTIONS: dict[str, AttentionKind] = {
    "se": SqueezeExciteSlot(type="se"),
    "se to a share": SqueezeExciteSlot(type="se", ratio=0.5, divisor=1),
    "se without biases": SqueezeExciteSlot(type="se", ratio=0.5, divisor=1, bias=False),
    "se with a norm": SqueezeExciteSlot(type="se", ratio=0.5, divisor=1, norm=BatchNormSlot(type="batch")),
    "eca": EfficientChannelAttentionSlot(type="eca"),
    "eca over five": EfficientChannelAttentionSlot(type="eca", kernel=5, gate="hardsigmoid"),
    "cbam": CbamSlot(type="cbam", ratio=0.5),
    "cbam over three": CbamSlot(type="cbam", width=number(3), kernel=3, act=ActivationSlot(type="none")),
    "global context": GlobalContextSlot(type="global_context", ratio=0.5),
    "global context, added": GlobalContextSlot(type="global_context", ratio=0.5, fuse="add"),
    "global context, both": GlobalContextSlot(type="global_context", width=number(3), fuse="both"),
    "gather-excite": GatherExciteSlot(type="gather_excite", ratio=0.5),
    "gather-excite without mlp": GatherExciteSlot(type="gather_excite", mlp=False),
    "gather-excite of 2": GatherExciteSlot(type="gather_excite", extent=2, ratio=0.5),
    "gather-excite of 4 without mlp": GatherExciteSlot(type="gather_excite", extent=4, mlp=False),
    "gather-excite of 2 by weights": GatherExciteSlot(type="gather_excite", extent=2, parameters=True, mlp=False),
    "gather-excite of 8 by weights": GatherExciteSlot(type="gather_excite", extent=8, parameters=True, ratio=0.5),
}
"""The attention modules with the options that change what they compute."""


def attentions(channels: int, rank: int) -> dict[str, Operator]:
    """The attention modules for a map of so many channels."""
    return {name: slot.operator(channels, rank) for name, slot in ATTENTIONS.items()}


def _activation(name: str) -> Activation:
    required = tuple((option, 0.5) for option, default in TABLE[name].options if default is REQUIRED)
    return Activation(name, required)
