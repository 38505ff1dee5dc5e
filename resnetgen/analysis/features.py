"""The feature maps of a network: channels and reductions, without running it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from resnetgen.analysis.receptive_field import ReceptiveField, after_nodes, of_the_input, receptive_fields
from resnetgen.ir.network import Network, Stage
from resnetgen.ir.stem_map import STEM
from resnetgen.ops.window import Shape


class Feature(NamedTuple):
    """The output of a stage, or the map of the stem.

    `reduction` is the product of the strides so far, along each axis. With paddings of half a kernel, the map is
    smaller than the input by this factor; without padding it is smaller still. `module` is the path of the module in
    the emitted network that the map leaves.
    """

    name: str
    channels: int
    reduction: tuple[int, ...]
    module: str


def features(network: Network) -> tuple[Feature, ...]:
    """Return the feature maps in output order: those that the spec names, else those of all stages."""
    seen = receptive_fields(network)[1:]
    found = {stage.name: _stage_feature(stage, view) for stage, view in zip(network.stages, seen, strict=True)}
    if STEM in network.features:
        found[STEM] = _stem_feature(network)
    return tuple(found[name] for name in network.features or found)


def reductions(maps: Sequence[Feature]) -> dict[str, int] | dict[str, tuple[int, ...]]:
    """Return the reductions by name as an emitted network has them: an integer each, or a tuple with one for each axis.

    All are of one kind, since TorchScript and type checkers want one type in a dictionary.
    """
    if all(len(set(one.reduction)) == 1 for one in maps):
        return {one.name: one.reduction[0] for one in maps}
    return {one.name: one.reduction for one in maps}


def _stem_feature(network: Network) -> Feature:
    nodes = network.stem[: network.stem_map]
    shape: Shape = (network.channels, *network.size)
    for node in nodes:
        shape = node.operator.output(shape)
    module = nodes[-1].name if nodes else ""  # of a deployed stem, where only dropout came before the pools
    return Feature(STEM, shape[0], after_nodes(nodes, of_the_input(network.rank)).jump, module)


def _stage_feature(stage: Stage, view: ReceptiveField) -> Feature:
    channels = stage.runs[-1].block.out_channels
    return Feature(stage.name, channels, view.jump, stage.last_path)
