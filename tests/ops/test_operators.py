"""Every operator by itself, as it is emitted, beside what torch does: shapes, refusals, weights, multiply-adds."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from random import Random
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from resnetgen import ops
from resnetgen.api import compile_mapping
from resnetgen.codegen.modules import _inside
from resnetgen.ir.reserved import CONV_ATTRIBUTES, MODULE_ATTRIBUTES
from resnetgen.ops.conv import Conv
from resnetgen.ops.linear import Linear
from resnetgen.ops.operator import Operator
from resnetgen.ops.pad_channels import PadChannels, pad_channels
from resnetgen.ops.padded_conv import conv
from resnetgen.ops.pool import AvgPool, MaxPool
from resnetgen.ops.window import Shape, Window
from resnetgen.schema.padding import MODES
from tests.ops.single_operators import CHANNELS, network, plain, predicted_shape, samples, seen

RANKS = (1, 2, 3)


def differences(operators: list[Operator], sizes: list[tuple[int, ...]]) -> list[tuple[Operator, Shape, Any, Any]]:
    with torch.device("meta"):
        modules = [(operator, plain(operator)) for operator in operators]
        runs = [(operator, module, (CHANNELS, *size)) for operator, module in modules for size in sizes]
        found = [
            (operator, shape, seen(module, shape), predicted_shape(operator, shape)) for operator, module, shape in runs
        ]
    return [difference for difference in found if difference[2] != difference[3]]


def cubes(rank: int) -> list[tuple[int, ...]]:
    return [(size,) * rank for size in range(1, 9)]


# Windows, over a grid of kernels, strides, paddings, dilations and rounding


@pytest.mark.parametrize("rank", RANKS)
def test_conv_has_the_shapes_of_torch(rank: int) -> None:
    grid = product(range(1, 5), range(1, 4), range(4), range(1, 4))
    windows = [Window((k,) * rank, (s,) * rank, (p,) * rank, (d,) * rank) for k, s, p, d in grid]
    operators: list[Operator] = [Conv(CHANNELS, 2, window) for window in windows]
    assert [] == differences(operators, cubes(rank))


def pool_windows(rank: int) -> Iterator[Window]:
    for kernel, stride, ceil in product(range(1, 6), range(1, 5), (False, True)):
        for padding in range(kernel // 2 + 1):
            yield Window((kernel,) * rank, (stride,) * rank, (padding,) * rank, (1,) * rank, ceil)


@pytest.mark.parametrize("rank", RANKS)
def test_max_pool_has_the_shapes_of_torch(rank: int) -> None:
    assert [] == differences([MaxPool(window) for window in pool_windows(rank)], cubes(rank))


@pytest.mark.parametrize("rank", RANKS)
def test_avg_pool_has_the_shapes_of_torch(rank: int) -> None:
    operators: list[Operator] = [AvgPool(window) for window in pool_windows(rank)]
    assert [] == differences(operators, cubes(rank))


def uneven(random: Random, rank: int, *, pool: bool) -> Window:
    """A window with numbers of its own along each axis."""
    kernel = [random.randint(1, 5) for _ in range(rank)]
    stride = [random.randint(1, 4) for _ in range(rank)]
    padding = [random.randint(0, extent // 2 if pool else 3) for extent in kernel]
    dilation = [1 if pool else random.randint(1, 3) for _ in range(rank)]
    return Window(tuple(kernel), tuple(stride), tuple(padding), tuple(dilation), pool and random.random() < 0.5)


@pytest.mark.parametrize("rank", (2, 3))
def test_windows_that_differ_by_axis_have_the_shapes_of_torch(rank: int) -> None:
    random = Random(rank)
    convs: list[Operator] = [Conv(CHANNELS, 2, uneven(random, rank, pool=False)) for _ in range(100)]
    pools: list[Operator] = [MaxPool(uneven(random, rank, pool=True)) for _ in range(100)]
    means: list[Operator] = [AvgPool(uneven(random, rank, pool=True)) for _ in range(100)]
    sizes = [tuple(random.randint(1, 9) for _ in range(rank)) for _ in range(10)]
    assert [] == differences([*convs, *pools, *means], sizes)


@pytest.mark.parametrize("kind", (MaxPool, AvgPool))
def test_the_shapes_of_pools_on_the_cpu_are_those_on_the_meta_device(kind: type[MaxPool | AvgPool]) -> None:
    """The grids above run on the meta device, whose kernels are not the real ones."""
    for rank in RANKS:
        for operator in [kind(window) for window in pool_windows(rank) if window.kernel[0] < 4]:
            module = plain(operator)
            for size in cubes(rank)[:5]:
                assert predicted_shape(operator, (2, *size)) == seen(module, (2, *size)), (operator, size)


# Padding of its own on each side, and as the size asks for it


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("mode", MODES)
def test_padding_on_each_side_has_the_shapes_and_values_of_torch(rank: int, mode: str) -> None:
    random = Random(mode)
    for _ in range(12):
        kernel, stride, dilation = (tuple(random.choices((1, 2, 3), k=rank)) for _ in range(3))
        before, behind = (tuple(random.choices((0, 1, 2), k=rank)) for _ in range(2))
        window = Window(kernel, stride, before, dilation, mode=mode, behind=None if before == behind else behind)
        operator = conv(CHANNELS, 2, window, 1, True)
        module = network([operator], (CHANNELS, *(9,) * rank))
        for size in [tuple(random.randint(1, 9) for _ in range(rank)) for _ in range(6)]:
            x = torch.randn(1, CHANNELS, *size)
            assert predicted_shape(operator, (CHANNELS, *size)) == seen(module, (CHANNELS, *size)), (window, size)
            if not operator.shape_error((CHANNELS, *size)):
                sides = [pad for pair in reversed([*zip(before, behind, strict=True)]) for pad in pair]
                padded = nn.functional.pad(x, sides, mode="constant" if mode == "zeros" else mode)
                function = getattr(nn.functional, f"conv{rank}d")
                weight, bias = module.parameters()
                expected = function(padded, weight, bias, stride, 0, dilation)
                torch.testing.assert_close(expected, module(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("kind", ("conv", "max", "avg"))
def test_same_padding_is_that_of_tensorflow(rank: int, kind: str) -> None:
    """The rule is that of https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2."""
    for kernel, stride in [(1, 2), (2, 2), (3, 2), (4, 2), (5, 3), (3, 1), (4, 1)]:
        operator = _same(kind, kernel, stride, rank)
        module = network([operator], (CHANNELS, *(9,) * rank))
        for size in range(1, 8):
            x = torch.randn(1, CHANNELS, *range(size, size + rank))
            if operator.shape_error(tuple(x.shape[1:])):
                assert (kind, rank, kernel, stride) == ("avg", 3, 3, 1) and size < 3  # as AvgPool3d has it
                continue
            sides: list[int] = []
            for extent in reversed(x.shape[2:]):
                total = max((-(-extent // stride) - 1) * stride + kernel - extent, 0)
                sides += [total // 2, total - total // 2]
            if kind == "conv":
                function = getattr(nn.functional, f"conv{rank}d")
                expected = function(nn.functional.pad(x, sides), *module.parameters(), stride)
            else:
                value = float("-inf") if kind == "max" else 0.0
                function = getattr(nn.functional, f"{kind}_pool{rank}d")
                expected = function(nn.functional.pad(x, sides, value=value), kernel, stride)
            torch.testing.assert_close(expected, module(x), rtol=1e-4, atol=1e-5)
            assert tuple(-(-extent // stride) for extent in x.shape[2:]) == expected.shape[2:]
            assert predicted_shape(operator, tuple(x.shape[1:])) == tuple(expected.shape[1:])


def _same(kind: str, kernel: int, stride: int, rank: int) -> Operator:
    layer = {"conv": kernel, "to": 2, "bias": True, "norm": "none", "act": "none"} if kind == "conv" else {}
    layer |= {} if kind == "conv" else {f"{kind}_pool": kernel}
    stem = [{"conv": 1, "to": CHANNELS}, layer | {"stride": stride, "padding": "same"}]
    stages = {"layer1": {"channels": 2 if kind == "conv" else CHANNELS, "blocks": 1}}
    data = {"name": "net", "input": {"channels": 3, "size": [16] * rank}, "stem": stem, "stages": stages}
    found = compile_mapping(data | {"block": {"type": "basic"}, "head": {"pool": "avg", "classes": 2}})
    return found.network.stem[-1].operator


# Every operator there is


SAMPLES = [(rank, name) for rank in RANKS for name in samples(rank)]


@pytest.mark.parametrize(("rank", "name"), SAMPLES)
def test_an_operator_does_what_it_says(rank: int, name: str) -> None:
    operator = samples(rank)[name]
    for size in (1, 2, 5, 6):
        shape = (CHANNELS, *range(size, size + rank)) if size > 2 else (CHANNELS, *(size,) * rank)
        with torch.device("meta"):
            alone = network([operator], shape).eval()
            batch = operator.min_batch(shape)
            assert predicted_shape(operator, shape) == seen(alone, shape, batch), shape
            assert batch == 1 or seen(alone, shape) is None
        _assert_weights(operator, alone)
        if batch == 1 and not operator.shape_error(shape):
            assert operator.macs(operator.output(shape)) == _counted(alone, shape)


def test_linear_does_what_it_says() -> None:
    operator = Linear(6, 5)
    module = plain(operator)
    assert (5,) == operator.output((6,)) == seen(module, (6,))
    assert 30 == operator.macs((5,)) == _counted(module, (6,))
    assert [("weight", (5, 6)), ("bias", (5,))] == [(entry.name, entry.shape) for entry in operator.entries()]


def test_no_operator_is_left_out() -> None:
    for module in pkgutil.iter_modules(ops.__path__):
        import_module(f"resnetgen.ops.{module.name}")
    tried = {type(each).__name__ for operator in samples(2).values() for each in _inside(operator) if each.label}
    # The modules of an inline one stand in a block, where tests/ops/test_spatial.py looks at them.
    expected = {kind.__name__ for kind in _descendants(Operator) if kind.label and kind.__module__.startswith(OPS)}
    # What convolutions with parametrized weights share is no operator of its own.
    # Norms of vectors are in tests/ops/test_channel_norms.py, parameters of a block in tests/ops/test_branch_scale.py.
    apart = {"LayerNorm", "RMSNorm", "LayerScaleParameter", "BranchGainParameter", "ParametrizedConv"}
    assert tried | {"Linear", "MultiScale", *apart} == expected


OPS = ops.__name__


def _descendants(kind: type[Operator]) -> Iterator[type[Operator]]:
    for inheritor in kind.__subclasses__():
        yield inheritor
        yield from _descendants(inheritor)


def _assert_weights(operator: Operator, alone: nn.Module) -> None:
    expected = [(f"op0.{entry.name}", entry.shape, entry.trained, entry.real) for entry in operator.entries()]
    trained = dict(alone.named_parameters())
    held = alone.state_dict().items()
    assert expected == [(key, tuple(value.shape), key in trained, value.is_floating_point()) for key, value in held]


def _counted(module: nn.Module, shape: Shape) -> int:
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        parameters = list(module.parameters())
        module(torch.zeros(1, *shape, device=parameters[0].device if parameters else "meta"))
    return int(counter.get_total_flops()) // 2


@pytest.mark.parametrize("rank", RANKS)
def test_the_pad_shortcut_takes_every_so_many_pixels_and_adds_zeros(rank: int) -> None:
    strides = (2,) * rank, tuple(range(1, 1 + rank))
    for stride in strides:
        x = torch.randn(2, 3, *range(5, 5 + rank))
        padded = network([pad_channels(3, 5, stride)], tuple(x.shape[1:]))(x)
        kept = x[(slice(None), slice(None), *(slice(None, None, step) for step in stride))]
        assert torch.equal(kept, padded[:, :3])
        assert torch.equal(torch.zeros_like(padded[:, 3:]), padded[:, 3:])


@pytest.mark.parametrize("strides", [True, False])
def test_zeros_on_both_sides_are_one_more_behind_of_an_odd_number(strides: bool) -> None:
    x = torch.randn(2, 3, 5, 5)
    padded = network([pad_channels(3, 6, (1, 1), "both", strides=strides)], tuple(x.shape[1:]))(x)
    assert torch.equal(x, padded[:, 1:4])
    assert torch.equal(torch.zeros_like(x), padded[:, [0, 4, 5]])


def test_a_stride_that_differs_by_axis_has_a_class_of_its_own() -> None:
    assert "PadChannels" == type(pad_channels(1, 2, (2, 2))).__name__
    assert "PadChannelsByAxis" == type(pad_channels(1, 2, (2, 1))).__name__
    assert issubclass(type(pad_channels(1, 2, (2, 1))), PadChannels)


# Names


def test_the_reserved_names_are_those_of_a_module() -> None:
    expected = {name for name in dir(nn.Module()) if not name.startswith("_")}
    assert expected == set(MODULE_ATTRIBUTES)
    own = {name for name in dir(nn.Conv2d(1, 1, 1)) if not name.startswith("_")} - expected
    assert own <= CONV_ATTRIBUTES
