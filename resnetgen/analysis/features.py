"""The maps that a network can give: channels, and by how much each is smaller than the input, without running it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from resnetgen.analysis.receptive_field import ReceptiveField, receptive_fields
from resnetgen.ir.network import Network, Stage


class Feature(NamedTuple):
    """The map that leaves a stage.

    `reduction` is by how much it is smaller than the input, along each axis: the product of the strides up to there.
    `module` is the path in the emitted network of the module that it leaves.
    """

    name: str
    channels: int
    reduction: tuple[int, ...]
    module: str


def features(network: Network) -> tuple[Feature, ...]:
    """The maps in the order in which they come out: those that the spec names, else those of all stages."""
    seen = receptive_fields(network)[1:]
    found = {stage.name: _stage_feature(stage, view) for stage, view in zip(network.stages, seen, strict=True)}
    return tuple(found[name] for name in network.features or found)


def reductions(maps: Sequence[Feature]) -> dict[str, int] | dict[str, tuple[int, ...]]:
    """By how much each map is smaller, as an emitted network tells it: one number, or one for each axis.

    All are of the one kind or of the other, since TorchScript and type checkers want one type in a dictionary.
    """
    if all(len(set(one.reduction)) == 1 for one in maps):
        return {one.name: one.reduction[0] for one in maps}
    return {one.name: one.reduction for one in maps}


def _stage_feature(stage: Stage, view: ReceptiveField) -> Feature:
    channels = dict(stage.runs[-1].block.widths)["out"]
    module = ".".join(stage.path.split(".")[:2])  # what follows holds its blocks: `trunk.0.units`
    return Feature(stage.name, channels, view.jump, module)
