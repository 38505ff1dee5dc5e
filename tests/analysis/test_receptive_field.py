"""Receptive fields beside gradients: the input pixels on which a pixel of the last map depends, edge by edge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from resnetgen.analysis.input_sizes import input_domain
from resnetgen.analysis.receptive_field import ReceptiveField, receptive_fields
from resnetgen.api import compile_mapping
from resnetgen.compiler import Compiled
from resnetgen.errors import SpecError
from resnetgen.ir.network import Network, Node
from resnetgen.ops.activation import TABLE
from resnetgen.ops.drop_block import DropBlock
from resnetgen.ops.drop_path import DropPath
from resnetgen.ops.evonorm_s0 import EvoNormS0
from resnetgen.ops.filter_response_norm import FilterResponseNorm, FilterResponseNormTLU
from resnetgen.ops.weight_standardized_conv import WeightStandardizedConv
from tests.codegen.observation import emitted
from tests.strategies.specs import random_spec

LARGEST = {1: 3000, 2: 150, 3: 40}
"""The largest input, in pixels along an axis, by the number of axes."""

TRANSPARENT = tuple(
    kind.class_name for kind in (EvoNormS0, FilterResponseNorm, FilterResponseNormTLU, DropBlock, DropPath)
)
"""Classes of emitted files that see one pixel, or in a norm the whole map for its scale alone."""

ELEMENTWISE = tuple(
    getattr(nn, name)
    for name in (
        *(f"{kind}Norm{rank}d" for kind in ("Batch", "Instance") for rank in (1, 2, 3)),
        *("GroupNorm", "Dropout", *(row.module for row in TABLE.values())),
    )
)
"""Modules that see one pixel, or in a norm the whole map for its scale alone."""

WHOLE = ("split_attention", "selective_kernel")
"""Operators that weigh channels by means of the whole map; their field is that of their convolutions alone."""


def without_head(data: dict[str, Any]) -> dict[str, Any]:
    """The spec of the last map."""
    kept = {key: value for key, value in data.items() if key not in ("training", "init")}
    return kept | {"head": {"features": [list(data["stages"])[-1]]}}


def nodes(network: Network) -> Iterator[Node]:
    yield from network.stem
    for stage in network.stages:
        for run in stage.runs:
            yield from run.block.nodes()


def moves_alone(network: Network) -> bool:
    """Return whether gradients can tell the field: nothing weighs the map by itself, and no weights may cancel."""
    operators = [node.operator for node in nodes(network)]
    return not any(
        each.attention_kind or each.is_global or each.role in WHOLE or isinstance(each, WeightStandardizedConv)
        for each in operators
    )


def large_enough(network: Network, view: ReceptiveField) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return an input size, and the pixel of the last map whose whole field it holds; None if it is too large."""
    domain = input_domain(network)
    if domain is None:
        return None
    edges = list(zip(view.first, view.last, view.jump, strict=True))
    pixels = tuple(max(1, 1 - first // jump) for first, _, jump in edges)
    wanted = [jump * (pixel + 2) + max(last, 0) + 1 for pixel, (_, last, jump) in zip(pixels, edges, strict=True)]
    sizes = []
    for axis, least in zip(domain.axes, wanted, strict=True):
        size = next((size for size in range(least, least + 2 * axis.period) if size in axis), None)
        if size is None or size > LARGEST[network.rank]:
            return None
        sizes.append(size)
    return tuple(sizes), pixels


def linear(network: nn.Module) -> nn.Module:
    """The network without what is not linear, with random weights: a max pool becomes a mean."""
    for module in list(network.modules()):
        for name, child in module.named_children():
            if type(child).__name__.startswith("MaxPool"):
                pool = getattr(nn, type(child).__name__.replace("Max", "Avg"))
                setattr(module, name, pool(child.kernel_size, child.stride, child.padding, child.ceil_mode))
            elif isinstance(child, ELEMENTWISE) or type(child).__name__ in TRANSPARENT:
                identity = nn.Identity()
                vars(identity)["num_features"] = getattr(child, "num_features", None)  # IBN reads it
                setattr(module, name, identity)
    for parameter in network.parameters():
        nn.init.uniform_(parameter, 0.5, 1.5)
    return network.double().eval()


def seen(network: nn.Module, size: tuple[int, ...], channels: int, pixel: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return the first and the last input pixel along each axis with a gradient at a pixel of the last map."""
    x = torch.ones(1, channels, *size, dtype=torch.float64, requires_grad=True)
    (output,) = network(x).values()
    value: Tensor = output[(0, slice(None), *pixel)].sum()
    (gradient,) = torch.autograd.grad(value, x)
    found = gradient[0].abs().sum(0).nonzero()
    return [(int(along.min()), int(along.max())) for along in found.unbind(1)]


def compare(compiled: Compiled) -> bool:
    """Compare the edges of a network's field with its gradients. False where they cannot tell."""
    network = compiled.network
    view = receptive_fields(network)[-1]
    if not moves_alone(network):
        return False
    place = large_enough(network, view)
    if place is None:
        return False
    size, pixel = place
    expected = [
        (index * jump + first, index * jump + last)
        for index, first, last, jump in zip(pixel, view.first, view.last, view.jump, strict=True)
    ]
    assert expected == seen(linear(emitted(compiled.trace)), size, network.channels, pixel)
    return True


def compare_random(numbers: range) -> int:
    compared = 0
    for number in numbers:
        try:
            compiled = compile_mapping(without_head(random_spec(11, number)))
        except SpecError:
            continue
        compared += compare(compiled)
    return compared


def test_the_edges_are_those_of_gradients() -> None:
    assert compare_random(range(150)) > 10


@pytest.mark.slow
def test_the_edges_are_those_of_gradients_for_long() -> None:
    assert compare_random(range(150, 10_000)) > 700


def spec(branch: list[dict[str, Any]], **keys: Any) -> dict[str, Any]:
    return {
        "name": "net",
        "input": {"channels": 1, "size": [40]},
        "stem": [{"conv": 1, "to": 8}],
        "blocks": {"mine": {"branch": branch}},
        "block": {"type": "mine"},
        "stages": {"layer1": {"blocks": 1, "channels": 8, "stride": 2}},
        "head": {"features": ["layer1"]},
    } | keys


MULTI_SCALE = {"type": "multi_scale", "scale": 2}
CASES = {
    "a pool of a multi-scale convolution": (
        spec([{"conv": 1, "to": "in", "stride": "here", "spatial": MULTI_SCALE}, {"conv": 1, "to": "out"}]), (3,)
    ),
    "a strided mean beside a convolution": (
        spec([{"conv": 3, "to": "out", "stride": "here"}], block={"type": "mine", "shortcut": "avg_projection"},
             stages={"layer1": {"blocks": 1, "channels": 8, "stride": 3}}), (4,)
    ),
    "an even kernel in each of two blocks": (
        spec([{"conv": 2, "to": "out", "padding": 1}, {"conv": 2, "to": "out", "padding": 0}],
             stages={"layer1": {"blocks": 2, "channels": 8}}), (5,)
    ),
    "zeros before a convolution": (
        spec([{"pad": 1}, {"conv": 3, "to": "out", "padding": 0}], stages={"layer1": {"blocks": 3, "channels": 8}}),
        (7,),
    ),
    "a mean of odd padding in the place of a stride": (
        spec([{"conv": 1, "to": "out", "stride": "here", "dilation": "here"}], output_stride=1,
             block={"type": "mine", "shortcut": "avg_projection"},
             stages={"layer1": {"blocks": 1, "channels": 16, "stride": 2}}),
        (2,),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "field"), CASES.values(), ids=CASES)
def test_the_sides_of_an_addition_are_seen_together(data: dict[str, Any], field: tuple[int, ...]) -> None:
    compiled = compile_mapping(data)
    assert field == receptive_fields(compiled.network)[-1].field
    assert compare(compiled)
