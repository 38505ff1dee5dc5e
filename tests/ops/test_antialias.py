"""Anti-aliased downsampling: blurs compared with timm's and with plain torch, and their place in a block."""

from __future__ import annotations

from itertools import product
from math import comb
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from resnetgen.analysis.cost import state_dict
from resnetgen.analysis.shape_inference import trace
from resnetgen.api import compile_mapping, emit_source
from resnetgen.errors import OperatorError, SpecError
from resnetgen.ops.avg_antialias import AvgAntialiasSlot
from resnetgen.ops.blur_pool import PADDINGS, BlurPool
from resnetgen.runtime.load_source import load
from tests.ops.single_modules import assert_captured
from tests.ops.single_operators import network, predicted_shape, seen
from tests.published.timm_oracle import timm_module

RANKS = (1, 2, 3)
SIZES = (3, 5, 7)
CHANNELS = 3


def module_of(blur: BlurPool) -> nn.Module:
    made: Any = network([blur], (CHANNELS, *(8,) * len(blur.stride)))
    return made.op0  # type: ignore[no-any-return]


@pytest.mark.oracle
@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize(("size", "stride"), [*product(SIZES, (1, 2))])
def test_a_blur_is_that_of_timm(size: int, stride: int, padding: str) -> None:
    theirs = timm_module("layers").BlurPool2d(CHANNELS, size, stride, PADDINGS[padding])
    ours = module_of(BlurPool(CHANNELS, size, (stride, stride), padding))
    for height, width in product((4, 5, 8, 9), (5, 6)):
        x = torch.randn(2, CHANNELS, height, width)
        torch.testing.assert_close(ours(x), theirs(x))


def blurred(x: Tensor, size: int, stride: tuple[int, ...], padding: str) -> Tensor:
    """Blur and subsample one axis after another, with weights from a row of Pascal's triangle."""
    taps = torch.tensor([comb(size - 1, k) / 2 ** (size - 1) for k in range(size)])
    for axis, step in enumerate(stride, start=2):
        x = x.movedim(axis, -1)
        flat = F.pad(x.reshape(-1, 1, x.shape[-1]), (size // 2, size // 2), mode=PADDINGS[padding])
        windows = flat.squeeze(1).unfold(1, size, step) @ taps
        x = windows.reshape(*x.shape[:-1], -1).movedim(-1, axis)
    return x


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("rank", RANKS)
def test_a_blur_is_its_formula(rank: int, padding: str) -> None:
    for size in SIZES:
        for stride in {(1,) * rank, (2,) * rank, tuple(range(1, 1 + rank)), (3,) * rank}:
            x = torch.randn(2, CHANNELS, *range(7, 7 + rank))
            blur = BlurPool(CHANNELS, size, stride, padding)
            torch.testing.assert_close(module_of(blur)(x), blurred(x, size, stride, padding), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("rank", RANKS)
def test_a_blur_takes_the_sizes_that_it_says(rank: int, padding: str) -> None:
    for size, stride in product(SIZES, (1, 2, 3)):
        blur = BlurPool(CHANNELS, size, (stride,) * rank, padding)
        module = module_of(blur)
        for extent in range(1, 9):
            shape = (CHANNELS, *(extent,) * rank)
            assert predicted_shape(blur, shape) == seen(module, shape), (blur, shape)


@pytest.mark.parametrize("rank", RANKS)
def test_a_blur_is_scripted_exported_and_traced(rank: int) -> None:
    assert_captured(module_of(BlurPool(CHANNELS, 3, (2,) * rank, "reflect")), (CHANNELS, *(6,) * rank))
    assert_captured(module_of(BlurPool(CHANNELS, 5, tuple(range(1, 1 + rank)), "zeros")), (CHANNELS, *(6,) * rank))


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("size", SIZES)
def test_a_blur_leaves_every_so_many_pixels_and_so_fits_beside_a_projection(size: int, padding: str) -> None:
    for stride, extent in product(range(1, 6), range(4, 12)):
        blur = BlurPool(CHANNELS, size, (stride,), padding)
        assert (CHANNELS, -(-extent // stride)) == blur.output((CHANNELS, extent))


@pytest.mark.parametrize("size", (1, 2, 4, 6, 9))
def test_a_blur_of_an_even_or_another_size_is_refused(size: int) -> None:
    with pytest.raises(SpecError) as found:
        compile_mapping(spec({"type": "blur", "size": size}))
    assert ["RG204"] == [diagnostic.code for diagnostic in found.value.diagnostics]


def test_no_state_dict_holds_the_filter() -> None:
    module = module_of(BlurPool(CHANNELS, 3, (2, 2), "reflect"))
    assert {} == module.state_dict()
    assert [CHANNELS * 9] == [buffer.numel() for buffer in module.buffers()]


# In a block


def spec(antialias: Any, size: Any = 32, **block: Any) -> dict[str, Any]:
    return {
        "name": "net",
        "input": {"channels": 3, "size": size},
        "stem": [{"conv": 3, "to": 8}],
        "block": {"type": "basic", "antialias": antialias, **block},
        "stages": {"layer1": {"blocks": 1, "channels": 8}, "layer2": {"blocks": 2, "channels": 16, "stride": 2}},
        "head": {"pool": "avg", "classes": 5},
    }


def built(data: dict[str, Any]) -> Any:
    compiled = compile_mapping(data)
    net = load(emit_source(compiled), compiled.network)().eval()
    assert [key for key, _ in state_dict(compiled.network)] == list(net.state_dict())
    shape = compiled.trace.input
    assert compiled.trace.output == tuple(net(torch.randn(1, *shape)).shape[1:])
    return net


AVERAGES: tuple[Any, ...] = ("avg", {"type": "avg", "size": 3})


@pytest.mark.parametrize("antialias", ("blur", *AVERAGES))
def test_the_layer_works_at_stride_1_and_the_map_shrinks_after_it(antialias: Any) -> None:
    block = built(spec(antialias)).layer2[0]
    x = torch.randn(2, 8, 12, 12)
    inside = block.act1(block.bn1(block.conv1(x)))
    assert (2, 16, 12, 12) == inside.shape
    out = block.bn2(block.conv2(block.aa(inside)))
    torch.testing.assert_close(block(x), block.act2(out + block.downsample(x)))


@pytest.mark.parametrize("antialias", ({"type": "blur", "place": "before"}, {"type": "avg", "place": "before"}))
def test_the_map_shrinks_before_the_layer(antialias: Any) -> None:
    block = built(spec(antialias)).layer2[0]
    x = torch.randn(2, 8, 12, 12)
    inside = block.act1(block.bn1(block.conv1(block.aa(x))))
    assert (2, 16, 6, 6) == inside.shape
    out = block.bn2(block.conv2(inside))
    torch.testing.assert_close(block(x), block.act2(out + block.downsample(x)))


def test_a_mean_is_over_the_strides_pixels_or_over_more() -> None:
    x = torch.randn(2, 16, 12, 12)
    blocks = [built(spec(antialias)).layer2[0] for antialias in AVERAGES]
    torch.testing.assert_close(blocks[0].aa(x), F.avg_pool2d(x, 2))
    torch.testing.assert_close(blocks[1].aa(x), F.avg_pool2d(x, 3, 2, 1))


def test_a_stride_of_its_own_along_each_axis() -> None:
    data = spec("avg", [20, 24])
    data["stages"]["layer2"]["stride"] = [1, 2]
    x = torch.randn(2, 16, 12, 12)
    torch.testing.assert_close(built(data).layer2[0].aa(x), F.avg_pool2d(x, (1, 2)))


@pytest.mark.parametrize("antialias", ("blur", *AVERAGES))
def test_nothing_shrinks_where_a_dilation_stands_in_for_the_stride(antialias: Any) -> None:
    net = built(spec(antialias) | {"output_stride": 1})
    x = torch.randn(2, 16, 12, 12)
    smoothed = net.layer2[0].aa(x)
    assert x.shape == smoothed.shape
    assert torch.equal(x, smoothed) == (antialias == "avg")  # as in timm: a mean over a single pixel


def test_a_mean_over_less_than_the_stride_leaves_pixels_out() -> None:
    slot = AvgAntialiasSlot(type="avg", size=2)
    with pytest.raises(OperatorError) as impossible:
        slot.operator(CHANNELS, (2, 3))
    assert "an average over 2 pixels at a stride of 3 skips pixels" == impossible.value.message


@pytest.mark.parametrize("antialias", ("blur", "avg", {"type": "avg", "size": 3}))
def test_the_sizes_at_which_the_sides_of_an_addition_differ_are_those_at_which_torch_refuses(antialias: Any) -> None:
    compiled = compile_mapping(spec(antialias))
    net = load(emit_source(compiled), compiled.network)().eval()
    for size in product(range(4, 12), (6, 7)):  # a side of one pixel torch would spread over the other
        refused = seen(net, (3, *size)) is None
        assert refused == bool(trace(compiled.network, size).faults), size


def test_the_message_names_the_stage_and_both_shapes() -> None:
    with pytest.raises(SpecError) as found:
        compile_mapping(spec("avg", 33))
    (diagnostic,) = found.value.diagnostics
    sides = "the branch gives 16x16x16, the projection shortcut 16x17x17"
    assert ("RG302", f"aa (avg pool 2x2/2) gives 16x16 for 33x33: {sides}") == (diagnostic.code, diagnostic.message)
    assert "`antialias: blur`, or `{type: avg, size: 3}`, would give 17x17" in diagnostic.help
