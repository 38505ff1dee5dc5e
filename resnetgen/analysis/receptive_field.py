"""The receptive field: the input pixels that one pixel of a map depends on, along each axis.

The recurrence is that of Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks"
(https://distill.pub/2019/computing-receptive-fields), of both edges: the two sides of an addition need not be
concentric, as a strided mean beside a 3x3 convolution, and the sum sees what either of them sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple

from resnetgen.frozen import Frozen
from resnetgen.ir.network import Block, Head, Network, Node, Run


class ReceptiveField(Frozen):
    """The receptive field of a pixel, in input pixels along each axis.

    `jump` is the distance to the receptive field of the neighboring pixel. Pixel number i depends on the input pixels
    from `i * jump + first` to `i * jump + last`.
    """

    first: tuple[int, ...]
    last: tuple[int, ...]
    jump: tuple[int, ...]

    @property
    def field(self) -> tuple[int, ...]:
        """The size of the receptive field along each axis."""
        return tuple(last - first + 1 for first, last in zip(self.first, self.last, strict=True))


def of_the_input(rank: int) -> ReceptiveField:
    """Return the receptive field of an input pixel: itself."""
    return ReceptiveField((0,) * rank, (0,) * rank, (1,) * rank)


def receptive_fields(network: Network) -> list[ReceptiveField]:
    """Return the receptive field after the stem and after each stage."""
    fields = [after_nodes(network.stem, of_the_input(network.rank))]
    for stage in network.stages:
        field = fields[-1]
        for run in stage.runs:
            field = after_run(run, field)
        fields.append(field)
    return fields


def receptive_field(network: Network) -> tuple[int, ...]:
    """Return the size of the receptive field of the last map: that of a head, before its global pool.

    Of several heads, it is the largest along each axis.
    """
    last = receptive_fields(network)[-1]
    return tuple(map(max, *(after_nodes(nodes, last).field for nodes in _before_pools(network)), (0,) * network.rank))


def _before_pools(network: Network) -> Iterator[tuple[Node, ...]]:
    """Yield the layers of each head that see a map; none for a network whose output is its maps."""
    for head in network.heads or (Head(()),):
        yield tuple(takewhile(lambda node: not node.operator.is_global, head.nodes))


def covers(network: Network, axis: int, extent: int) -> bool:
    """Return whether a pixel of the last map sees at least `extent` pixels along an axis; stop as soon as it does."""
    along = _nodes_along(network.stem, axis, _Along(0, 0, 1))
    for stage in network.stages:
        for run in stage.runs:
            along = _run_along(run, axis, along)
            if along.size() >= extent:
                return True
    return any(_nodes_along(nodes, axis, along).size() >= extent for nodes in _before_pools(network))


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


class _Along(NamedTuple):
    """The edges and the jump along one axis."""

    first: int
    last: int
    jump: int

    def size(self) -> int:
        return self.last - self.first + 1


def _by_axis(view: ReceptiveField, step: Callable[[int, _Along], _Along]) -> ReceptiveField:
    edges = zip(view.first, view.last, view.jump, strict=True)
    after = [step(axis, _Along(*along)) for axis, along in enumerate(edges)]
    first, last, jump = zip(*after, strict=True)
    return ReceptiveField(first, last, jump)


def _nodes_along(nodes: Iterable[Node], axis: int, along: _Along) -> _Along:
    first, last, jump = along
    for node in nodes:
        window = node.operator.receptive()
        if window is not None:
            padding = window.padding[axis]
            first -= padding * jump
            last += (window.dilation[axis] * (window.kernel[axis] - 1) - padding) * jump
            jump *= window.stride[axis]
    return _Along(first, last, jump)


def _block_along(block: Block, axis: int, along: _Along) -> _Along:
    first, last, jump = _nodes_along(block.branch, axis, along)
    if block.shortcut.kind != "none":
        tapped = _nodes_along(block.branch[: block.shortcut.tap], axis, along)
        around = _nodes_along(block.shortcut.nodes, axis, tapped) if block.shortcut.nodes else along
        first, last = min(first, around.first), max(last, around.last)
    return _Along(first, last, jump)


def _run_along(run: Run, axis: int, along: _Along) -> _Along:
    """Follow a run: multiply the growth of one block if its stride is 1, else go block by block."""
    if run.block.stride[axis] != 1:
        for _ in range(run.repeat):
            along = _block_along(run.block, axis, along)
        return along
    once = _block_along(run.block, axis, along)
    grown = along.first + (once.first - along.first) * run.repeat, along.last + (once.last - along.last) * run.repeat
    return _Along(*grown, once.jump)
