"""The figures of candidates, which constraints are about; they are those that `show` and `compare` print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from resnetgen.analysis.cost import BYTES, Cost, weighted_layers
from resnetgen.analysis.receptive_field import receptive_field
from resnetgen.analysis.shape_inference import Trace
from resnetgen.number_format import binary_size, format_extents, with_si_prefix, with_times_sign
from resnetgen.schema.quantities import BYTE_UNITS, POWERS

_COPIES = 3
"""Weights, gradients, and the momentum of SGD, as in `compare`."""


class SweepFigure(NamedTuple):
    """A figure: its title and meaning, its value, the text for people, a constraint on it, and the units of that."""

    title: str
    meaning: str
    value: Callable[[Trace, Cost], int | list[int]]
    text: Callable[[Any], str]
    example: str
    units: Mapping[str, int] = POWERS


def _count(number: int) -> str:
    return f"{number:,}"


FIGURES: dict[str, SweepFigure] = {
    "params": SweepFigure(
        "parameters", "the number of parameters", lambda one, cost: cost.params, with_si_prefix, "..12M"
    ),
    "macs": SweepFigure(
        "MACs", "the number of multiply-adds", lambda one, cost: cost.macs, with_si_prefix, "350M..450M"
    ),
    "memory": SweepFigure(
        "activations",
        "the activations of one sample in float32",
        lambda one, cost: cost.memory(),
        binary_size,
        "..64MiB",
        BYTE_UNITS,
    ),
    "training_memory": SweepFigure(
        "training",
        "the activations of one sample with weights, gradients and the momentum of SGD",
        lambda one, cost: cost.memory() + _COPIES * cost.params * BYTES["float32"],
        binary_size,
        "..1GiB",
        BYTE_UNITS,
    ),
    "weighted_layers": SweepFigure(
        "layers",
        "the depth as in names, 50 for ResNet-50",
        lambda one, cost: weighted_layers(one.network),
        _count,
        "20..50",
    ),
    "blocks": SweepFigure("blocks", "the number of blocks", lambda one, cost: one.network.blocks(), _count, "8..16"),
    "receptive_field": SweepFigure(
        "receptive field",
        "the receptive field of the last map in pixels, along every axis",
        lambda one, cost: list(receptive_field(one.network)),
        lambda extents: with_times_sign(format_extents(tuple(extents))),
        "224..",
    ),
}
"""The figures by their keys in JSON, which are those of `compare`. Memory is that of one sample in float32."""

Figures = dict[str, int | list[int]]
"""The values of figures by key. A receptive field has one along each axis."""


def figures_of(trace: Trace, costs: Cost, keys: Iterable[str]) -> Figures:
    """Return some figures of a network, given its shapes and its cost."""
    return {key: FIGURES[key].value(trace, costs) for key in keys}
