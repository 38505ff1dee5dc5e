"""The size of the map at the end of the stages, for what is made for one size of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from resnetgen.ir.network import Node, Stage
from resnetgen.ops.window import Shape

MOST_CHANGES = 1000
"""The most changes of the map's size within one run of equal blocks; a trace reports more as a fault."""


def map_size(
    channels: int, size: Sequence[int], stem: Iterable[Node], stages: Iterable[Stage], head: Iterable[Node]
) -> tuple[int, ...] | None:
    """Return the pixels along each axis after stem, stages and the head's layers; None if there is no such map.

    Args:
        channels: the input channels.
        size: the input size in pixels along each axis.
        stem: the operators of the stem.
        stages: the stages.
        head: the operators of the head up to where the map is asked for.
    """
    shape = _through(stem, (channels, *size))
    for run in (run for stage in stages for run in stage.runs):
        for _ in range(min(run.repeat, MOST_CHANGES)):
            before, shape = shape, _through((*run.block.branch, *run.block.post_add), shape)
            if shape == before:
                break
    shape = _through(head, shape)
    return None if shape is None else shape[1:]


def _through(nodes: Iterable[Node], shape: Shape | None) -> Shape | None:
    for node in nodes:
        shape = None if shape is None else node.operator.output(shape)
        if shape is None or min(shape) < 1:
            return None
    return shape
