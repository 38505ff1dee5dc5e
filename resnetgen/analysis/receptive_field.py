"""The receptive field: how many input pixels one pixel of a map can see along each axis.

The recurrence is that of Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks"
(https://distill.pub/2019/computing-receptive-fields), the larger of the two sides counting at an addition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from resnetgen.frozen import Frozen
from resnetgen.ir.network import Block, Network, Node, Run


class View(Frozen):
    """What a pixel sees: `field` input pixels along each axis, `jump` input pixels from its neighbour's."""

    field: tuple[int, ...]
    jump: tuple[int, ...]


def views(network: Network) -> list[View]:
    """The view after the stem and after each stage."""
    ones = (1,) * network.rank
    found = [through(network.stem, View(ones, ones))]
    for stage in network.stages:
        view = found[-1]
        for run in stage.runs:
            view = through_run(run, view)
        found.append(view)
    return found


def receptive_field(network: Network) -> tuple[int, ...]:
    """Of the last map, before any pooling of the whole of it."""
    return views(network)[-1].field


def sees(network: Network, axis: int, extent: int) -> bool:
    """Whether a pixel of the last map sees at least `extent` pixels along an axis; it looks no further than that."""
    along = _through(network.stem, axis, (1, 1))
    for stage in network.stages:
        for run in stage.runs:
            along = _through_run(run, axis, along)
            if along[0] >= extent:
                return True
    return along[0] >= extent


def through(nodes: Iterable[Node], view: View) -> View:
    """The view after some operators in a row."""
    nodes = tuple(nodes)
    return _by_axis(view, lambda axis, along: _through(nodes, axis, along))


def through_block(block: Block, view: View) -> View:
    """The view after a block."""
    return _by_axis(view, lambda axis, along: _through_block(block, axis, along))


def through_run(run: Run, view: View) -> View:
    """The view after a run."""
    return _by_axis(view, lambda axis, along: _through_run(run, axis, along))


_Along = tuple[int, int]
"""Field and jump along one axis."""


def _by_axis(view: View, step: Callable[[int, _Along], _Along]) -> View:
    after = [step(axis, along) for axis, along in enumerate(zip(view.field, view.jump, strict=True))]
    return View(tuple(field for field, _ in after), tuple(jump for _, jump in after))


def _through(nodes: Iterable[Node], axis: int, along: _Along) -> _Along:
    field, jump = along
    for node in nodes:
        window = node.operator.receptive()
        if window is not None:
            field += window.dilation[axis] * (window.kernel[axis] - 1) * jump
            jump *= window.stride[axis]
    return field, jump


def _through_block(block: Block, axis: int, along: _Along) -> _Along:
    field, jump = _through(block.branch, axis, along)
    if block.shortcut.kind != "none" and block.shortcut.nodes:
        tapped = _through(block.branch[: block.shortcut.tap], axis, along)
        field = max(field, _through(block.shortcut.nodes, axis, tapped)[0])
    return field, jump


def _through_run(run: Run, axis: int, along: _Along) -> _Along:
    """What one block adds, as many times, where its stride is 1; else block by block."""
    if run.block.stride[axis] != 1:
        for _ in range(run.repeat):
            along = _through_block(run.block, axis, along)
        return along
    field, jump = _through_block(run.block, axis, along)
    return along[0] + (field - along[0]) * run.repeat, jump
