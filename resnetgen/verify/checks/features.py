"""The feature maps that a network declares and gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from math import lcm
from typing import Any, cast

import torch
from torch import Tensor, nn

from resnetgen.analysis.features import Feature, features, reductions
from resnetgen.ir.network import Network
from resnetgen.ops.window import Shape, per_axis
from resnetgen.runtime.hooks import output_maps
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, from_differences

_MAPS = ("feature_channels", "feature_reductions")


def check(fixture: ModelFixture) -> Verdict:
    """The declared channels and reductions equal the predictions and match a run; each map is its module's output.

    A network that gives feature maps declares `feature_channels` and `feature_reductions`; one with a head declares
    `num_features`, the channels of what `forward_features` gives. Reductions are measured with two input sizes: an
    input larger by n pixels gives a map larger by n / reduction. Of a network with `features`, `feature_maps` gives
    the maps in the spec's order, and each equals the output of its module when `forward` runs.
    """
    predicted = _predicted(fixture)
    found = chain(_differences(fixture, predicted), _wrong_maps(fixture))
    return from_differences(found, ", ".join(f"{one.name} {_describe(one)}" for one in predicted))


def _predicted(fixture: ModelFixture) -> tuple[Feature, ...]:
    """The maps that the network gives: those that its spec names and, of one with a head, the last."""
    network = fixture.trace.network
    named = features(network) if network.features else ()
    last = () if network.gives_maps else _last(network)
    return (*(one for one in named if one not in last), *last)


def _last(network: Network) -> tuple[Feature, ...]:
    """The map of the last stage, if there is a stage."""
    return features(network._replace(features=()))[-1:]


def _describe(feature: Feature) -> str:
    return f"{feature.channels}/{per_axis(feature.reduction)}"


def _declared(fixture: ModelFixture, predicted: tuple[Feature, ...]) -> dict[str, object]:
    """The attributes that the network should have."""
    network = fixture.trace.network
    found: dict[str, object] = {}
    if not network.gives_maps and network.stages:
        found["num_features"] = predicted[-1].channels
    if network.features:
        named = features(network)
        found |= zip(_MAPS, ({one.name: one.channels for one in named}, reductions(named)), strict=True)
    return found


def _differences(fixture: ModelFixture, predicted: tuple[Feature, ...]) -> Iterator[str]:
    network = fixture.on_meta().eval()
    declared = _declared(fixture, predicted)
    lacking = [name for name in declared if not hasattr(network, name)]
    if lacking:
        yield f"the network has no `{lacking[0]}`"
        return
    for name, expected in declared.items():
        if not _alike(getattr(network, name), expected):
            yield f"`{name}` is {getattr(network, name)}, not {expected}"
    if not predicted:
        return
    seen = observed_features(network, fixture, predicted)
    if seen != {one.name: (one.channels, one.reduction) for one in predicted}:
        yield f"the maps have the channels and reductions {seen}"


def _alike(found: object, expected: object) -> bool:
    """Return whether two facts are equal; the order of a dictionary counts, as callers zip it with the maps."""
    if isinstance(found, dict) and isinstance(expected, dict):
        return list(found.items()) == list(expected.items())
    return found == expected


def _wrong_maps(fixture: ModelFixture) -> Iterator[str]:
    """Yield how `feature_maps` differs from what leaves the modules when the network runs."""
    network = fixture.trace.network
    if not network.features:
        return
    module, left = fixture.calibrated(), dict[str, Tensor]()
    named = features(network)
    for one in named:
        module.get_submodule(one.module).register_forward_hook(partial(_keep, left, one.name))
    with torch.no_grad():
        module(fixture.example)
        expected = dict(left)
        given: dict[str, Tensor] = cast(Any, module).feature_maps(fixture.example)
    if tuple(given) != network.features:
        yield f"`feature_maps` gives {', '.join(given)}, not {', '.join(network.features)}"
        return
    for one in named:
        if not torch.equal(given[one.name], expected[one.name]):
            yield f"`feature_maps` gives as `{one.name}` another map than leaves {one.module}"


def _keep(left: dict[str, Tensor], name: str, module: nn.Module, given: tuple[Tensor, ...], result: Tensor) -> None:
    """Keep a copy of what leaves a module, which later modules may write over."""
    left[name] = result.clone()


def observed_features(
    network: nn.Module, fixture: ModelFixture, predicted: tuple[Feature, ...]
) -> dict[str, tuple[int, tuple[float, ...]]]:
    """Return the channels of each feature map, and its reduction along each axis."""
    size = fixture.trace.input[1:]
    more = tuple(lcm(*(one.reduction[axis] for one in predicted)) for axis in range(len(size)))
    small = _map_shapes(network, fixture, size, predicted)
    large = _map_shapes(network, fixture, tuple(map(sum, zip(size, more, strict=True))), predicted)
    return {
        name: (shape[0], tuple(_reduction(n, b - a) for n, a, b in zip(more, shape[1:], large[name][1:], strict=True)))
        for name, shape in small.items()
    }


def _reduction(pixels: int, growth: int) -> float:
    return pixels / growth if growth else float("inf")


def _map_shapes(
    network: nn.Module, fixture: ModelFixture, size: tuple[int, ...], predicted: tuple[Feature, ...]
) -> dict[str, Shape]:
    x = torch.empty(fixture.trace.min_batch, fixture.trace.input[0], *size, device="meta")
    with torch.no_grad():
        given = _maps(network, fixture.trace.network, x)
    return {name: tuple(value.shape[1:]) for name, value in given.items()}


def _maps(module: nn.Module, network: Network, x: Tensor) -> Mapping[str, Tensor]:
    """Return the maps of the network by name; what it calls the last map, by the name of its stage."""
    if network.gives_maps:
        return output_maps(module(x))
    methods = cast(Any, module)
    named: dict[str, Tensor] = methods.feature_maps(x) if network.features else {}
    return named | {one.name: methods.forward_features(x) for one in _last(network)}
