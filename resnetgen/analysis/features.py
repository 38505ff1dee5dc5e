"""The feature maps of a network: channels and reductions, without running it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from resnetgen.analysis.receptive_field import ReceptiveField, receptive_fields
from resnetgen.ir.network import Network, Stage


class Feature(NamedTuple):
    """The output of a stage.

    `reduction` is the factor by which it is smaller than the input along each axis: the product of the strides so far.
    `module` is the path of the module in the emitted network.
    """

    name: str
    channels: int
    reduction: tuple[int, ...]
    module: str


def features(network: Network) -> tuple[Feature, ...]:
    """Return the feature maps in output order: those that the spec names, else those of all stages."""
    seen = receptive_fields(network)[1:]
    found = {stage.name: _stage_feature(stage, view) for stage, view in zip(network.stages, seen, strict=True)}
    return tuple(found[name] for name in network.features or found)


def reductions(maps: Sequence[Feature]) -> dict[str, int] | dict[str, tuple[int, ...]]:
    """Return the reductions by name as an emitted network has them: an integer each, or a tuple with one for each axis.

    All are of one kind, since TorchScript and type checkers want one type in a dictionary.
    """
    if all(len(set(one.reduction)) == 1 for one in maps):
        return {one.name: one.reduction[0] for one in maps}
    return {one.name: one.reduction for one in maps}


def _stage_feature(stage: Stage, view: ReceptiveField) -> Feature:
    channels = dict(stage.runs[-1].block.widths)["out"]
    module = ".".join(stage.path.split(".")[:2])  # what follows holds its blocks: `trunk.0.units`
    return Feature(stage.name, channels, view.jump, module)
