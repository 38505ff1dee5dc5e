"""Attention modules: what the emitted ones compute, beside timm's and beside plain torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from resnetgen.ops.attention_pool import AttentionPool
from resnetgen.ops.composite import Composite, inside
from resnetgen.ops.efficient_channel_attention import EfficientChannelAttentionSlot
from resnetgen.ops.operator import Operator
from resnetgen.schema.layout_tables import ATTENTION
from tests.ops.single_modules import assert_captured
from tests.ops.single_operators import ATTENTIONS, attentions, network
from tests.published.timm_oracle import timm_module, unsettle

CHANNELS = 6
RANKS = (1, 2, 3)
SIZE = (17, 15, 16)

Weights = dict[str, Tensor]


def module(name: str, rank: int, size: tuple[int, ...] = SIZE, channels: int = CHANNELS) -> nn.Module:
    """The emitted network with nothing but this attention, its weights away from where they start."""
    alone = network([attentions(channels, rank)[name]], (channels, *size[:rank])).eval()
    unsettle(alone)
    return alone


def weights(alone: nn.Module) -> Weights:
    return {key.removeprefix("op0."): value for key, value in alone.state_dict().items()}


def sample(rank: int, size: tuple[int, ...] = SIZE) -> Tensor:
    return torch.randn(2, CHANNELS, *size[:rank], generator=torch.Generator().manual_seed(1709))


# Beside plain torch


def linear(x: Tensor, w: Weights, name: str) -> Tensor:
    """A layer over the channels of vectors, from the weights of a convolution of single pixels."""
    return F.linear(x, w[f"{name}.weight"].flatten(1), w.get(f"{name}.bias"))


def spread(vectors: Tensor, x: Tensor) -> Tensor:
    """A value for each channel at every pixel."""
    return vectors.reshape(*vectors.shape, *(1,) * (x.ndim - 2)).expand_as(x)


def normal(x: Tensor, w: Weights, name: str) -> Tensor:
    statistics = w[f"{name}.running_mean"], w[f"{name}.running_var"]
    return F.batch_norm(x, *statistics, w[f"{name}.weight"], w[f"{name}.bias"])


def conv(x: Tensor, weight: Tensor, **options: Any) -> Tensor:
    found: Tensor = getattr(F, f"conv{x.ndim - 2}d")(x, weight, None, **options)
    return found


def squeezed(x: Tensor, w: Weights) -> Tensor:
    inside = linear(x.flatten(2).mean(2), w, "fc1")
    inside = (normal(inside, w, "bn") if "bn.weight" in w else inside).relu()
    return x * spread(linear(inside, w, "fc2").sigmoid(), x)


def neighbours(x: Tensor, w: Weights, gate: Callable[[Tensor], Tensor]) -> Tensor:
    means = x.flatten(2).mean(2)
    kernel = w["conv.weight"].flatten()
    padded = F.pad(means, (len(kernel) // 2,) * 2)
    windows = padded.unfold(1, len(kernel), 1)
    return x * spread(gate((windows * kernel).sum(2)), x)


def convolutional(x: Tensor, w: Weights, act: Callable[[Tensor], Tensor]) -> Tensor:
    pixels = x.flatten(2)
    both = [linear(act(linear(y, w, "channel.fc1")), w, "channel.fc2") for y in (pixels.mean(2), pixels.amax(2))]
    x = x * spread(sum(both, torch.zeros(())).sigmoid(), x)
    kernel = w["spatial.conv.conv.weight"]
    found = conv(torch.stack((x.mean(1), x.amax(1)), 1), kernel, padding=kernel.shape[-1] // 2)
    return x * normal(found, w, "spatial.conv.bn").sigmoid()


def in_context(x: Tensor, w: Weights, fuse: str) -> Tensor:
    logits = torch.einsum("ncp,c->np", x.flatten(2), w["conv_attn.weight"].flatten()) + w["conv_attn.bias"]
    context = torch.einsum("ncp,np->nc", x.flatten(2), logits.softmax(1))

    def transformed(name: str) -> Tensor:
        inside = linear(context, w, f"{name}.fc1")
        shape, scale, shift = inside.shape[1:], w[f"{name}.norm.weight"], w[f"{name}.norm.bias"]
        return linear(F.layer_norm(inside, shape, scale, shift, 1e-6).relu(), w, f"{name}.fc2")

    if fuse != "add":
        x = x * spread(transformed("mlp_scale").sigmoid(), x)
    return x + spread(transformed("mlp_add"), x) if fuse != "scale" else x


def excited(x: Tensor, w: Weights, gathered: Tensor, mlp: bool) -> Tensor:
    """Each pixel weighed by the region that it is in."""
    if mlp:
        vectors = gathered.movedim(1, -1)
        gathered = linear(linear(vectors, w, "mlp.fc1").relu(), w, "mlp.fc2").movedim(-1, 1)
    for axis in range(2, x.ndim):
        size, regions = x.shape[axis], gathered.shape[axis]
        gathered = gathered.index_select(axis, torch.arange(size) * regions // size)
    return x * gathered.sigmoid()


def means_around(x: Tensor, extent: int) -> Tensor:
    """The mean of the pixels that are closer than `extent`, around every `extent`-th."""
    for axis in range(2, x.ndim):
        size = x.shape[axis]
        around = [slice(max(0, at - extent + 1), at + extent) for at in range(0, size, extent)]
        x = torch.stack([x.movedim(axis, 0)[each].mean(0) for each in around], axis)
    return x


def halved(x: Tensor, w: Weights, times: int) -> Tensor:
    for number in range(1, times + 1):
        x = conv(x, w[f"gather.conv{number}.weight"], stride=2, padding=1, groups=CHANNELS)
        x = normal(x, w, f"gather.norm{number}")
        x = x.relu() if number < times else x
    return x


def mean(x: Tensor) -> Tensor:
    return x.mean(tuple(range(2, x.ndim)), keepdim=True)


PLAIN: dict[str, Callable[[Tensor, Weights], Tensor]] = {
    "se": squeezed,
    "se to a share": squeezed,
    "se without biases": squeezed,
    "se with a norm": squeezed,
    "eca": lambda x, w: neighbours(x, w, torch.sigmoid),
    "eca over five": lambda x, w: neighbours(x, w, F.hardsigmoid),
    "cbam": lambda x, w: convolutional(x, w, torch.relu),
    "cbam over three": lambda x, w: convolutional(x, w, lambda y: y),
    "global context": lambda x, w: in_context(x, w, "scale"),
    "global context, added": lambda x, w: in_context(x, w, "add"),
    "global context, both": lambda x, w: in_context(x, w, "both"),
    "gather-excite": lambda x, w: excited(x, w, mean(x), True),
    "gather-excite without mlp": lambda x, w: excited(x, w, mean(x), False),
    "gather-excite of 2": lambda x, w: excited(x, w, means_around(x, 2), True),
    "gather-excite of 4 without mlp": lambda x, w: excited(x, w, means_around(x, 4), False),
    "gather-excite of 2 by weights": lambda x, w: excited(x, w, halved(x, w, 1), False),
    "gather-excite of 8 by weights": lambda x, w: excited(x, w, halved(x, w, 3), True),
}


def test_every_attention_has_a_computation_beside_it() -> None:
    assert set(ATTENTIONS) == set(PLAIN)


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("name", ATTENTIONS)
def test_an_attention_computes_what_its_paper_says(name: str, rank: int) -> None:
    alone, x = module(name, rank).double(), sample(rank).double()
    torch.testing.assert_close(alone(x), PLAIN[name](x, weights(alone)), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ATTENTIONS)
def test_an_attention_takes_a_single_pixel(name: str) -> None:
    alone, x = module(name, 2, (1, 1)).double(), sample(2, (1, 1)).double()
    torch.testing.assert_close(alone(x), PLAIN[name](x, weights(alone)), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("name", ATTENTIONS)
def test_an_attention_can_be_captured(name: str, rank: int) -> None:
    assert_captured(module(name, rank), (CHANNELS, *SIZE[:rank]))


@pytest.mark.parametrize("name", ATTENTIONS)
def test_every_weight_of_an_attention_learns(name: str) -> None:
    alone = module(name, 2).train()
    alone(sample(2).requires_grad_()).square().sum().backward()
    assert [] == [key for key, parameter in alone.named_parameters() if parameter.grad is None]


# Under other names


def composites(operator: Operator) -> list[Composite]:
    return [each for each in inside(operator) if isinstance(each, Composite)]


def test_a_layout_knows_the_names_of_all_modules_inside() -> None:
    every = [*attentions(CHANNELS, 2).values(), AttentionPool(8, 8, 2, (2, 2))]
    assert {part.name for each in every for one in composites(each) for part in one.parts()} == set(ATTENTION)


def renamed(attention: Operator) -> Composite:
    """The attention with the layers of each of its modules in a container, numbered in that of the first."""
    assert isinstance(attention, Composite)
    names = {name: f"inner.{name}_{name}" for name in ATTENTION}
    first = [part.name for part in attention.parts()]
    return attention.renamed(tuple((names | {name: f"row.{index}" for index, name in enumerate(first)}).items()))


@pytest.mark.parametrize("name", ATTENTIONS)
def test_an_attention_computes_the_same_under_other_names(name: str) -> None:
    attention = attentions(CHANNELS, 2)[name]
    shape = (CHANNELS, *SIZE[:2])
    plain, other = network([attention], shape), network([renamed(attention)], shape)
    values = list(plain.state_dict().values())
    other.load_state_dict(dict(zip(other.state_dict(), values, strict=True)))

    assert [entry.name for entry in renamed(attention).entries()] == [
        key.removeprefix("op0.") for key in other.state_dict()
    ]
    torch.testing.assert_close(other.eval()(sample(2)), plain.eval()(sample(2)), rtol=0, atol=0)


# Beside timm


def gather_excite(layers: Any, extent: int, weighted: bool, mlp: bool) -> nn.Module:
    """timm's module as its constructor would make it; timm 1.0.31 fails there for all but the plainest options."""
    made: nn.Module = layers.GatherExcite(CHANNELS, extent=extent, use_mlp=False)
    if mlp:
        made.mlp = timm_module("layers.mlp").ConvMlp(CHANNELS, CHANNELS // 2)
    if weighted:
        made.gather = nn.Sequential()
        for number in range(1, extent.bit_length()):
            depthwise = layers.create_conv2d(CHANNELS, CHANNELS, kernel_size=3, stride=2, depthwise=True)
            made.gather.add_module(f"conv{number}", depthwise)
            made.gather.add_module(f"norm{number}", nn.BatchNorm2d(CHANNELS))
            if number < extent.bit_length() - 1:
                made.gather.add_module(f"act{number}", nn.ReLU())
    return made


THEIRS: dict[str, Callable[[Any], nn.Module]] = {
    "se": lambda layers: layers.SEModule(CHANNELS),
    "se to a share": lambda layers: layers.SEModule(CHANNELS, rd_ratio=0.5, rd_divisor=1),
    "se without biases": lambda layers: layers.SEModule(CHANNELS, rd_ratio=0.5, rd_divisor=1, bias=False),
    "se with a norm": lambda layers: layers.SEModule(CHANNELS, rd_ratio=0.5, rd_divisor=1, norm_layer=nn.BatchNorm2d),
    "eca": lambda layers: layers.EcaModule(CHANNELS),
    "eca over five": lambda layers: layers.EcaModule(kernel_size=5, gate_layer="hard_sigmoid"),
    "cbam": lambda layers: timm_module("layers.cbam").CbamModule(CHANNELS, rd_ratio=0.5),
    "cbam over three": lambda layers: timm_module("layers.cbam").CbamModule(
        CHANNELS, rd_channels=3, spatial_kernel_size=3, act_layer=lambda inplace: nn.Identity()
    ),
    "global context": lambda layers: layers.GlobalContext(CHANNELS, rd_ratio=0.5),
    "global context, added": lambda layers: layers.GlobalContext(
        CHANNELS, rd_ratio=0.5, fuse_add=True, fuse_scale=False
    ),
    "global context, both": lambda layers: layers.GlobalContext(CHANNELS, rd_channels=3, fuse_add=True),
    "gather-excite": lambda layers: gather_excite(layers, 0, False, True),
    "gather-excite without mlp": lambda layers: gather_excite(layers, 0, False, False),
    "gather-excite of 2": lambda layers: gather_excite(layers, 2, False, True),
    "gather-excite of 4 without mlp": lambda layers: gather_excite(layers, 4, False, False),
    "gather-excite of 2 by weights": lambda layers: gather_excite(layers, 2, True, False),
    "gather-excite of 8 by weights": lambda layers: gather_excite(layers, 8, True, True),
}


@pytest.mark.oracle
@pytest.mark.parametrize("name", ATTENTIONS)
def test_an_attention_loads_the_weights_of_timm_and_answers_alike(name: str) -> None:
    theirs = THEIRS[name](timm_module("layers")).eval()
    unsettle(theirs)
    alone, x = module(name, 2), sample(2)
    held = theirs.state_dict()
    assert {key: value.shape for key, value in held.items()} == {k: v.shape for k, v in weights(alone).items()}

    alone.load_state_dict({f"op0.{key}": value for key, value in held.items()})

    torch.testing.assert_close(alone(x), theirs(x), rtol=1e-5, atol=1e-6)


@pytest.mark.oracle
def test_the_reach_among_the_channels_is_that_of_timm() -> None:
    eca = timm_module("layers").EcaModule
    slot = EfficientChannelAttentionSlot(type="eca")
    for channels in (*range(1, 200), *(2**n + d for n in range(8, 18) for d in (-1, 0, 1))):
        (entry,) = slot.operator(channels, 2).entries()
        assert entry.shape == tuple(eca(channels).conv.weight.shape), channels
