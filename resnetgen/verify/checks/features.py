"""The feature maps that a network declares."""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm
from typing import Any, cast

import torch
from torch import nn

from resnetgen.analysis.features import Feature, features, reductions
from resnetgen.ops.operator import Shape, per_axis
from resnetgen.runtime.hooks import Output, output_maps
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, from_differences

_ATTRIBUTES = ("feature_channels", "feature_reductions")


def check(fixture: ModelFixture) -> Verdict:
    """`feature_channels` and `feature_reductions` equal the predictions, and match the feature maps of a run.

    Reductions are measured with two input sizes: an input larger by n pixels gives a map larger by n / reduction.
    """
    said = features(fixture.trace.network)
    return from_differences(_differences(fixture, said), ", ".join(f"{one.name} {_describe(one)}" for one in said))


def _describe(feature: Feature) -> str:
    return f"{feature.channels}/{per_axis(feature.reduction)}"


def _differences(fixture: ModelFixture, said: tuple[Feature, ...]) -> Iterator[str]:
    network = fixture.on_meta().eval()
    lacking = [name for name in _ATTRIBUTES if not hasattr(network, name)]
    if lacking:
        yield f"the network has no `{lacking[0]}`"
        return
    channels = {one.name: one.channels for one in said}
    for name, expected in zip(_ATTRIBUTES, (channels, reductions(said)), strict=True):
        if getattr(network, name) != expected:
            yield f"`{name}` is {getattr(network, name)}, not {expected}"
    seen = observed_features(network, fixture, said)
    if seen != {one.name: (one.channels, one.reduction) for one in said}:
        yield f"the maps have the channels and reductions {seen}"


def observed_features(
    network: nn.Module, fixture: ModelFixture, said: tuple[Feature, ...]
) -> dict[str, tuple[int, tuple[float, ...]]]:
    """Return the channels of each feature map, and its reduction along each axis."""
    size = fixture.trace.input[1:]
    more = tuple(lcm(*(one.reduction[axis] for one in said)) for axis in range(len(size)))
    small = _map_shapes(network, fixture, size)
    large = _map_shapes(network, fixture, tuple(map(sum, zip(size, more, strict=True))))
    return {
        name: (shape[0], tuple(_reduction(n, b - a) for n, a, b in zip(more, shape[1:], large[name][1:], strict=True)))
        for name, shape in small.items()
    }


def _reduction(pixels: int, growth: int) -> float:
    return pixels / growth if growth else float("inf")


def _feature_maps(network: nn.Module, x: torch.Tensor) -> Output:
    """Return the feature maps of a network with a head."""
    found: Output = cast(Any, network).forward_features(x)
    return found


def _map_shapes(network: nn.Module, fixture: ModelFixture, size: tuple[int, ...]) -> dict[str, Shape]:
    x = torch.empty(1, fixture.trace.input[0], *size, device="meta")
    with torch.no_grad():
        given = network(x) if fixture.trace.network.features else _feature_maps(network, x)
    return {name: tuple(value.shape[1:]) for name, value in output_maps(given).items()}
