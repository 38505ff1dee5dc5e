"""Whether the maps that a network can give are as it says."""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm
from typing import Any, cast

import torch
from torch import nn

from resnetgen.analysis.features import Feature, features, reductions
from resnetgen.ops.operator import Shape, per_axis
from resnetgen.runtime.hooks import Output, maps
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.verdict import Verdict, judged

_ATTRIBUTES = ("feature_channels", "feature_reductions")


def check(specimen: Specimen) -> Verdict:
    """`feature_channels` and `feature_reductions` are what was said of the maps, and what the maps are when it runs.

    By how much a map is smaller is seen from two inputs: where one is larger by n pixels, the map is by n over that.
    """
    said = features(specimen.trace.network)
    return judged(_differences(specimen, said), ", ".join(f"{one.name} {_written(one)}" for one in said))


def _written(feature: Feature) -> str:
    return f"{feature.channels}/{per_axis(feature.reduction)}"


def _differences(specimen: Specimen, said: tuple[Feature, ...]) -> Iterator[str]:
    network = specimen.on_meta().eval()
    lacking = [name for name in _ATTRIBUTES if not hasattr(network, name)]
    if lacking:
        yield f"the network has no `{lacking[0]}`"
        return
    channels = {one.name: one.channels for one in said}
    for name, expected in zip(_ATTRIBUTES, (channels, reductions(said)), strict=True):
        if getattr(network, name) != expected:
            yield f"`{name}` is {getattr(network, name)}, not {expected}"
    seen = observed(network, specimen, said)
    if seen != {one.name: (one.channels, one.reduction) for one in said}:
        yield f"the maps have the channels and reductions {seen}"


def observed(
    network: nn.Module, specimen: Specimen, said: tuple[Feature, ...]
) -> dict[str, tuple[int, tuple[float, ...]]]:
    """The channels of each map, and by how much it grows less than the input, along each axis."""
    size = specimen.trace.input[1:]
    more = tuple(lcm(*(one.reduction[axis] for one in said)) for axis in range(len(size)))
    small = _shapes(network, specimen, size)
    large = _shapes(network, specimen, tuple(map(sum, zip(size, more, strict=True))))
    return {
        name: (shape[0], tuple(_over(n, b - a) for n, a, b in zip(more, shape[1:], large[name][1:], strict=True)))
        for name, shape in small.items()
    }


def _over(pixels: int, growth: int) -> float:
    return pixels / growth if growth else float("inf")


def _classified(network: nn.Module, x: torch.Tensor) -> Output:
    """The maps of a network with a head."""
    found: Output = cast(Any, network).forward_features(x)
    return found


def _shapes(network: nn.Module, specimen: Specimen, size: tuple[int, ...]) -> dict[str, Shape]:
    x = torch.empty(1, specimen.trace.input[0], *size, device="meta")
    with torch.no_grad():
        given = network(x) if specimen.trace.network.features else _classified(network, x)
    return {name: tuple(value.shape[1:]) for name, value in maps(given).items()}
