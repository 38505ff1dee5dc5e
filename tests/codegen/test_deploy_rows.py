"""Folding of one operator into another at inference, one fact at a time, in networks of a few operators."""

import sys
from math import prod

import pytest
import torch

from resnetgen.analysis.shape_inference import trace
from resnetgen.codegen import emit
from resnetgen.codegen.inference.network import deploy
from resnetgen.codegen.inference.renumber import renamed
from resnetgen.codegen.inference.source import source
from resnetgen.ir.network import Block, Head, Init, Network, Node, Run, Shortcut, Stage
from resnetgen.ops.activation import Activation
from resnetgen.ops.affine import Affine
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.ops.blur_pool import BlurPool
from resnetgen.ops.branch_scale import BranchGain, LayerScale
from resnetgen.ops.conv import Conv
from resnetgen.ops.drop_block import DropBlock
from resnetgen.ops.drop_path import DropPath
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.evonorm_s0 import EvoNormS0
from resnetgen.ops.filter_response_norm import FilterResponseNorm, FilterResponseNormTLU
from resnetgen.ops.frozen_batch_norm import FrozenBatchNorm
from resnetgen.ops.global_pool import AvgPlusMaxPool, Flatten, GlobalAvgPool, GlobalMaxPool
from resnetgen.ops.group_norm import GroupNorm
from resnetgen.ops.identity import Identity
from resnetgen.ops.instance_norm import InstanceNorm
from resnetgen.ops.linear import Linear
from resnetgen.ops.operator import Operator
from resnetgen.ops.pad import Pad
from resnetgen.ops.padded_conv import conv as padded_conv
from resnetgen.ops.padded_pool import avg_pool
from resnetgen.ops.pool import AvgPool, MaxPool
from resnetgen.ops.same_avg_pool import SameAvgPool
from resnetgen.ops.scaled_weight_standardized_conv import ScaledWeightStandardizedConv
from resnetgen.ops.weight_standardized_conv import WeightStandardizedConv
from resnetgen.ops.window import Window
from resnetgen.runtime.load_source import load
from tests.codegen.deployment import value

CHANNELS = 4
ONES, THREES, TWOS, ZEROS = (1, 1), (3, 3), (2, 2), (0, 0)
PADDED = Window(THREES, ONES, ONES, ONES)
BARE = Window(THREES, ONES, ZEROS, ONES)

CONV = Conv(CHANNELS, CHANNELS, PADDED)
UNPADDED = Conv(CHANNELS, CHANNELS, BARE)
WITH_BIAS = Conv(CHANNELS, CHANNELS, PADDED, bias=True)
GROUPED = Conv(CHANNELS, 6, BARE, 2)
DEPTHWISE = Conv(CHANNELS, CHANNELS, BARE, CHANNELS, True)
STANDARDIZED = WeightStandardizedConv(CHANNELS, CHANNELS, BARE)
SCALED = ScaledWeightStandardizedConv(CHANNELS, CHANNELS, BARE, gamma=1.7, gain=0.5)
NORM = BatchNorm(CHANNELS, 2, 1e-5, 0.1)
COARSE = BatchNorm(CHANNELS, 2, 1e-3, 0.1)
FROZEN = FrozenBatchNorm(CHANNELS, 2, 1e-5)
AFFINE = Affine(CHANNELS)
SCALE, GAIN = LayerScale(0.1, CHANNELS), BranchGain(0.1)
RELU = Activation("relu")
GROUP = GroupNorm(CHANNELS, 2, 1e-5)
MEAN = AvgPool(Window(TWOS, TWOS, ZEROS, ONES))
UNCOUNTED = AvgPool(Window(THREES, TWOS, ONES, ONES, ceil=True), counts_padding=False)
FRAME = Pad(Window(ONES, ONES, ONES, ONES))
COUNTED = AvgPool(Window(THREES, TWOS, ONES, ONES))
MIRRORED, ZEROED = BlurPool(CHANNELS, 3, TWOS, "reflect"), BlurPool(CHANNELS, 3, TWOS, "zeros")
MAXIMUM = MaxPool(Window(TWOS, TWOS, ZEROS, ONES))


def network(operators: tuple[Operator, ...]) -> Network:
    """A network with these in a row for a head, called op0, op1 and so on, behind a block that does nothing."""
    nodes = tuple(Node(f"op{index}", operator) for index, operator in enumerate(operators))
    widths = (("in", CHANNELS), ("out", CHANNELS))
    idle = Block("idle", "", (Node("idle", Identity()),), Shortcut("none", ""), (), widths, ONES)
    stage = Stage("layer1", "layer1", (Run(idle, 1, 0),), ())
    return Network("net", "Net", "", "", CHANNELS, (9, 9), (), (stage,), (Head(nodes),), (), Init())


def left(*operators: Operator) -> tuple[str, ...]:
    """The names of what is left of operators in a row, once both forms of them gave the same answers."""
    plain = network(operators)
    found = deploy(plain)
    traced, folded = trace(plain), trace(found.network)
    assert traced.output == folded.output
    text = source(folded, found.recipe, trained="net", origin="a test", digest="0")
    own = load(text, found.network)
    trained, other = (each().double().eval() for each in (load(emit(traced, origin="a test", digest="0"), plain), own))
    weights = {name: value(name, tensor) for name, tensor in trained.state_dict().items()}
    trained.load_state_dict(weights)
    other.load_state_dict(sys.modules[own.__module__].convert(weights))
    x = torch.randn(2, CHANNELS, 9, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        torch.testing.assert_close(other(x), trained(x), rtol=1e-12, atol=1e-12)
    return tuple(node.name for node in found.network.head_nodes)


@pytest.mark.parametrize(
    "conv", [CONV, WITH_BIAS, UNPADDED, STANDARDIZED, SCALED, Conv(CHANNELS, 4, BARE, 2)], ids=repr
)
@pytest.mark.parametrize("norm", [NORM, COARSE, FROZEN, AFFINE, SCALE, GAIN], ids=repr)
def test_what_scales_and_shifts_is_a_part_of_the_convolution_before_it(conv: Operator, norm: Operator) -> None:
    assert ("op0",) == left(conv, norm)


def test_one_after_another_is_too() -> None:
    assert ("op0",) == left(CONV, NORM, SCALE, COARSE, GAIN, AFFINE)


def test_a_scale_alone_asks_for_no_bias() -> None:
    kept = [deploy(network((CONV, each))).network.head_nodes[0].operator for each in (SCALE, GAIN, NORM)]
    assert [False, False, True] == [operator.bias for operator in kept if isinstance(operator, Conv)]


@pytest.mark.parametrize(
    "conv", [UNPADDED, GROUPED, DEPTHWISE, STANDARDIZED, SCALED, Conv(CHANNELS, 3, BARE, 1, True)], ids=repr
)
@pytest.mark.parametrize("norm", [NORM, FROZEN, AFFINE], ids=repr)
def test_a_norm_is_a_part_of_the_convolution_behind_it(norm: Operator, conv: Operator) -> None:
    assert ("op1",) == left(norm, conv)


def test_zeros_past_the_edges_are_not_shifted_and_so_the_norm_stays() -> None:
    assert ("op0", "op1") == left(NORM, CONV)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_pixels_of_the_map_past_its_edges_are_shifted_with_it(mode: str) -> None:
    padded = Window(THREES, TWOS, ONES, ONES, mode=mode)
    assert ("op1",) == left(NORM, Conv(CHANNELS, 3, padded))
    assert ("op1",) == left(NORM, padded_conv(CHANNELS, 3, padded._replace(behind=ZEROS), 1, bias=False))
    frame = Pad(Window(ONES, ONES, ONES, ONES, mode=mode, behind=TWOS))
    assert ("op0", "op1") == left(CONV, frame, NORM)


def test_what_pads_by_itself_takes_in_the_norm_behind_it_and_with_zeros_none_before_it() -> None:
    same = Window(THREES, TWOS, ZEROS, ONES, behind=ONES, same=(True, True))
    causal = Window(THREES, ONES, TWOS, ONES, behind=ZEROS)
    for window in (same, causal, same._replace(kernel=TWOS, behind=None)):
        conv = padded_conv(CHANNELS, CHANNELS, window, 1, bias=False)
        assert ("op0",) == left(conv, NORM)
        assert ("op0", "op1") == left(NORM, conv)
        standardized = WeightStandardizedConv(CHANNELS, CHANNELS, window)
        scaled = ScaledWeightStandardizedConv(CHANNELS, CHANNELS, window)
        assert ("op0",) == left(scaled, NORM)
        assert ("op0",) == left(standardized, NORM)
        assert ("op0", "op1") == left(NORM, standardized)
    assert ("op0", "op1", "op2") == left(CONV, avg_pool(same, counts_padding=True), NORM)
    assert ("op0", "op1") == left(CONV, avg_pool(same, counts_padding=True), SCALE)


def test_the_convolution_before_is_asked_first() -> None:
    assert ("op0", "op2") == left(CONV, NORM, CONV)
    assert ("op0", "op2") == left(UNPADDED, NORM, UNPADDED)


def test_a_convolution_takes_in_what_stands_on_both_sides() -> None:
    assert ("op1",) == left(NORM, GROUPED, BatchNorm(6, 2, 1e-3, 0.1), LayerScale(0.1, 6))


@pytest.mark.parametrize("between", [MEAN, UNCOUNTED, MIRRORED, GlobalAvgPool(2), Dropout(0.5)], ids=repr)
def test_a_norm_passes_a_mean_of_what_there_is(between: Operator) -> None:
    kept = () if between.identity_in_eval else ("op1",)
    assert ("op0", *kept) == left(CONV, between, NORM)
    last = Conv(CHANNELS, 3, Window(ONES, ONES, ZEROS, ONES))
    assert (*kept, "op2") == left(NORM, between, last)


@pytest.mark.parametrize("between", [COUNTED, ZEROED, SameAvgPool((3, 3)), FRAME], ids=repr)
def test_beside_zeros_past_the_edges_a_scale_passes_and_a_shift_does_not(between: Operator) -> None:
    assert ("op0", "op1") == left(CONV, between, SCALE)
    assert ("op0", "op1", "op2") == left(CONV, between, NORM)


@pytest.mark.parametrize(
    "between", [RELU, MAXIMUM, GlobalMaxPool(2), AvgPlusMaxPool(2), Activation("leaky_relu")], ids=repr
)
def test_a_norm_passes_nothing_that_is_no_mean(between: Operator) -> None:
    assert ("op0", "op1", "op2") == left(CONV, between, NORM)


def test_a_norm_before_a_global_mean_is_a_part_of_the_linear_layer() -> None:
    assert ("op1", "op2", "op3") == left(NORM, GlobalAvgPool(2), Flatten(), Linear(CHANNELS, 3))


def test_a_linear_layer_over_pixels_is_none_over_channels() -> None:
    flat = prod((CHANNELS, 9, 9))
    assert ("op0", "op1", "op2") == left(NORM, Flatten(), Linear(flat, 3))


@pytest.mark.parametrize(
    "norm",
    [
        GROUP,
        InstanceNorm(CHANNELS, 2, 1e-5, True),
        EvoNormS0(CHANNELS, 2, 1e-5, 2),
        FilterResponseNorm(CHANNELS, 1e-5, 2),
        NORM,
    ],
    ids=repr,
)
def test_a_norm_that_stays_has_a_weight_that_takes_in_what_follows(norm: Operator) -> None:
    assert ("op0", "op1") == left(RELU, norm, SCALE, COARSE)


@pytest.mark.parametrize(
    "norm",
    [InstanceNorm(CHANNELS, 2, 1e-5, False), FilterResponseNormTLU(CHANNELS, 1e-5, 2)],
    ids=repr,
)
def test_a_norm_without_weights_at_its_end_takes_nothing_in(norm: Operator) -> None:
    assert ("op0", "op1") == left(norm, SCALE)


@pytest.mark.parametrize("idle", [Dropout(0.5), DropPath(0.5), DropBlock(0.5, 3, 1.0, 2), Identity()], ids=repr)
def test_what_does_nothing_at_inference_is_gone(idle: Operator) -> None:
    assert ("op1",) == left(idle, CONV, idle, NORM, idle)


def test_an_activation_writes_over_what_nobody_else_has() -> None:
    nodes = deploy(network((RELU, CONV, Dropout(0.5), RELU, RELU))).network.head_nodes
    assert [False, True, False] == [each.operator.inplace for each in nodes if isinstance(each.operator, Activation)]


@pytest.mark.parametrize(
    ("names", "kept", "new"),
    [
        ("conv1 bn1 act1", {0, 2}, "conv1 act1"),
        ("conv1.0 conv1.1 conv1.2 conv1.3 conv1.4 bn1", {0, 2, 3}, "conv1.0 conv1.1 conv1.2"),
        ("downsample.0 downsample.1", {0}, "downsample"),
        ("downsample.0 downsample.1 downsample.2", {0, 1}, "downsample.0 downsample.1"),
        ("downsample.0", {0}, "downsample.0"),
        ("conv1.conv conv1.bn conv1.act conv2.conv conv2.bn", {0, 2, 3}, "conv1.conv conv1.act conv2"),
        ("a.0.conv a.0.bn a.1.conv a.1.bn", {0, 2}, "a.0 a.1"),
        ("a.0.0 a.0.1 a.1 a.2.0", {1, 3}, "a.0 a.1.0"),
        ("", {0}, ""),
        ("stem.norm stem.conv1 stem.conv2", {1, 2}, "stem.conv1 stem.conv2"),
    ],
)
def test_names_stay_but_for_numbers_and_containers_of_one(names: str, kept: set[int], new: str) -> None:
    assert new.split(" ") == renamed(names.split(" "), kept)


def test_a_chain_of_a_thousand_is_folded_at_once() -> None:
    many = tuple(each for _ in range(1000) for each in (CONV, NORM))
    assert 1000 == len(deploy(network(many)).network.head_nodes)
