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

_MAPS = ("feature_channels", "feature_reductions")


def check(fixture: ModelFixture) -> Verdict:
    """The declared channels and reductions equal the predictions, and match the feature maps of a run.

    A network that gives feature maps declares `feature_channels` and `feature_reductions`; one with a head declares
    `num_features`, the channels of what `forward_features` gives. Reductions are measured with two input sizes: an
    input larger by n pixels gives a map larger by n / reduction.
    """
    said = _predicted(fixture)
    return from_differences(_differences(fixture, said), ", ".join(f"{one.name} {_describe(one)}" for one in said))


def _predicted(fixture: ModelFixture) -> tuple[Feature, ...]:
    """The maps that the network gives: of one with a head, the last."""
    network = fixture.trace.network
    return features(network) if network.features else features(network)[-1:]


def _describe(feature: Feature) -> str:
    return f"{feature.channels}/{per_axis(feature.reduction)}"


def _declared(fixture: ModelFixture, said: tuple[Feature, ...]) -> dict[str, object]:
    """The attributes that the network should have."""
    if not fixture.trace.network.features:
        return {"num_features": said[0].channels} if said else {}
    return dict(zip(_MAPS, ({one.name: one.channels for one in said}, reductions(said)), strict=True))


def _differences(fixture: ModelFixture, said: tuple[Feature, ...]) -> Iterator[str]:
    network = fixture.on_meta().eval()
    declared = _declared(fixture, said)
    lacking = [name for name in declared if not hasattr(network, name)]
    if lacking:
        yield f"the network has no `{lacking[0]}`"
        return
    for name, expected in declared.items():
        if getattr(network, name) != expected:
            yield f"`{name}` is {getattr(network, name)}, not {expected}"
    if not said:
        return
    seen = observed_features(network, fixture, said)
    if seen != {one.name: (one.channels, one.reduction) for one in said}:
        yield f"the maps have the channels and reductions {seen}"


def observed_features(
    network: nn.Module, fixture: ModelFixture, said: tuple[Feature, ...]
) -> dict[str, tuple[int, tuple[float, ...]]]:
    """Return the channels of each feature map, and its reduction along each axis."""
    size = fixture.trace.input[1:]
    more = tuple(lcm(*(one.reduction[axis] for one in said)) for axis in range(len(size)))
    small = _map_shapes(network, fixture, size, said)
    large = _map_shapes(network, fixture, tuple(map(sum, zip(size, more, strict=True))), said)
    return {
        name: (shape[0], tuple(_reduction(n, b - a) for n, a, b in zip(more, shape[1:], large[name][1:], strict=True)))
        for name, shape in small.items()
    }


def _reduction(pixels: int, growth: int) -> float:
    return pixels / growth if growth else float("inf")


def _map_shapes(
    network: nn.Module, fixture: ModelFixture, size: tuple[int, ...], said: tuple[Feature, ...]
) -> dict[str, Shape]:
    x = torch.empty(1, fixture.trace.input[0], *size, device="meta")
    with torch.no_grad():
        if fixture.trace.network.features:
            given: Output = network(x)
        else:
            given = {said[0].name: cast(Any, network).forward_features(x)}
    return {name: tuple(value.shape[1:]) for name, value in output_maps(given).items()}
