"""The receptive field: the input pixels that one pixel of a map depends on, along each axis.

The recurrence is that of Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks"
(https://distill.pub/2019/computing-receptive-fields). At an addition, the larger of the two sides counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from resnetgen.frozen import Frozen
from resnetgen.ir.network import Block, Network, Node, Run


class ReceptiveField(Frozen):
    """The receptive field of a pixel: its size in input pixels along each axis (`field`).

    `jump` is the distance, in input pixels, to the receptive field of the neighboring pixel.
    """

    field: tuple[int, ...]
    jump: tuple[int, ...]


def receptive_fields(network: Network) -> list[ReceptiveField]:
    """Return the receptive field after the stem and after each stage."""
    ones = (1,) * network.rank
    fields = [after_nodes(network.stem, ReceptiveField(ones, ones))]
    for stage in network.stages:
        field = fields[-1]
        for run in stage.runs:
            field = after_run(run, field)
        fields.append(field)
    return fields


def receptive_field(network: Network) -> tuple[int, ...]:
    """Return the size of the receptive field of the last map, before a global pool."""
    return receptive_fields(network)[-1].field


def covers(network: Network, axis: int, extent: int) -> bool:
    """Return whether a pixel of the last map sees at least `extent` pixels along an axis; stop as soon as it does."""
    along = _nodes_along(network.stem, axis, (1, 1))
    for stage in network.stages:
        for run in stage.runs:
            along = _run_along(run, axis, along)
            if along[0] >= extent:
                return True
    return along[0] >= extent


def after_nodes(nodes: Iterable[Node], view: ReceptiveField) -> ReceptiveField:
    """Return the receptive field after operators in sequence."""
    nodes = tuple(nodes)
    return _by_axis(view, lambda axis, along: _nodes_along(nodes, axis, along))


def after_block(block: Block, view: ReceptiveField) -> ReceptiveField:
    """Return the receptive field after a block."""
    return _by_axis(view, lambda axis, along: _block_along(block, axis, along))


def after_run(run: Run, view: ReceptiveField) -> ReceptiveField:
    """Return the receptive field after a run."""
    return _by_axis(view, lambda axis, along: _run_along(run, axis, along))


_Along = tuple[int, int]
"""Size and jump along one axis."""


def _by_axis(view: ReceptiveField, step: Callable[[int, _Along], _Along]) -> ReceptiveField:
    after = [step(axis, along) for axis, along in enumerate(zip(view.field, view.jump, strict=True))]
    return ReceptiveField(tuple(field for field, _ in after), tuple(jump for _, jump in after))


def _nodes_along(nodes: Iterable[Node], axis: int, along: _Along) -> _Along:
    field, jump = along
    for node in nodes:
        window = node.operator.receptive()
        if window is not None:
            field += window.dilation[axis] * (window.kernel[axis] - 1) * jump
            jump *= window.stride[axis]
    return field, jump


def _block_along(block: Block, axis: int, along: _Along) -> _Along:
    field, jump = _nodes_along(block.branch, axis, along)
    if block.shortcut.kind != "none" and block.shortcut.nodes:
        tapped = _nodes_along(block.branch[: block.shortcut.tap], axis, along)
        field = max(field, _nodes_along(block.shortcut.nodes, axis, tapped)[0])
    return field, jump


def _run_along(run: Run, axis: int, along: _Along) -> _Along:
    """Follow a run: multiply the growth of one block if its stride is 1, else go block by block."""
    if run.block.stride[axis] != 1:
        for _ in range(run.repeat):
            along = _block_along(run.block, axis, along)
        return along
    field, jump = _block_along(run.block, axis, along)
    return along[0] + (field - along[0]) * run.repeat, jump
