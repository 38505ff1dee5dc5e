"""The receptive field: how many input pixels one pixel of a map can see along each axis.

The recurrence is that of Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks"
(https://distill.pub/2019/computing-receptive-fields), the larger of the two sides counting at an addition.
"""

from __future__ import annotations

from collections.abc import Iterable

from resnetgen.frozen import Frozen
from resnetgen.ir import Block, Network, Node, Run


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


def through(nodes: Iterable[Node], view: View) -> View:
    """The view after some operators in a row."""
    for node in nodes:
        window = node.operator.receptive()
        if window is None:
            continue
        reach = [d * (k - 1) for d, k in zip(window.dilation, window.kernel, strict=True)]
        field = tuple(f + r * j for f, r, j in zip(view.field, reach, view.jump, strict=True))
        jump = tuple(j * s for j, s in zip(view.jump, window.stride, strict=True))
        view = View(field, jump)
    return view


def through_block(block: Block, view: View) -> View:
    """The view after a block."""
    branch = through(block.branch, view)
    around = through(block.shortcut.nodes, through(block.branch[: block.shortcut.tap], view))
    if block.shortcut.kind == "none":
        return branch
    return View(tuple(map(max, branch.field, around.field)), branch.jump)


def through_run(run: Run, view: View) -> View:
    """The view after a run: what one block adds, as many times, where its stride is 1; else block by block."""
    if set(run.block.stride) != {1}:
        for _ in range(run.repeat):
            view = through_block(run.block, view)
        return view
    after = through_block(run.block, view)
    grown = tuple(f + (a - f) * run.repeat for f, a in zip(view.field, after.field, strict=True))
    return View(grown, after.jump)
