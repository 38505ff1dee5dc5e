"""The slabs of a network's picture: an operator of stem or head, or a block, with the size of what it gives.

A slab is as high as the square root of the map's side, beside that of the input, and as thick as the logarithm of its
channels: pyramids show, and a map of a single pixel can still be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from math import log2, sqrt
from typing import NamedTuple

from resnetgen.analysis.cost import block_cost, step_cost
from resnetgen.analysis.diff.blocks import OPENING
from resnetgen.analysis.shape_inference import BlockGroup, BlockTrace, StageTrace
from resnetgen.analysis.step import Step, summarized
from resnetgen.ops.window import Shape
from resnetgen.pictures.labels import exact_figures, shape_words, step_words
from resnetgen.pictures.shortcut_marks import NONE, mark_of

TALLEST = 150.0
SHORTEST = 26.0
"""The heights of the input's slab, and of a map without pixels."""

MOST = 7
"""More blocks in a stage are drawn as the first three, dots, and the last."""


class Slab(NamedTuple):
    """A box of the picture; `shortcut` is the mark of the line around it, `none` for no line.

    With `differs`, another network has it otherwise, or lacks it.
    """

    output: Shape
    style: str
    title: str = ""
    id: str = ""
    shortcut: str = NONE
    differs: bool = False


def height(output: Shape, side: int) -> float:
    """Return the height of a slab, where the input has `side` pixels along its longest axis."""
    return SHORTEST + (TALLEST - SHORTEST) * sqrt(max(output[1:], default=1) / side)


def width(output: Shape) -> float:
    """Return the thickness of a slab."""
    return max(5.0, 2.6 * log2(output[0]) - 8)


def of_steps(part: str, steps: tuple[Step, ...]) -> tuple[Slab, ...]:
    """Return a slab for each operator of the stem or the head that matters."""
    return tuple(
        Slab(step.output, "other", f"{part}: {step_words(step)}, {_change(step.input, step.output)}, "
             f"{exact_figures(step_cost(step))}")
        for step in summarized(steps)
    )  # fmt: skip


def of_stage(stage: StageTrace, differs: Callable[[int], bool]) -> tuple[Slab | None, ...]:
    """Return a slab for each block; None for the blocks that are left out.

    Args:
        stage: the stage.
        differs: says of a block, by its number, if another network has it otherwise.
    """
    opening = [part for part in stage.parts if part.trace.block.opens_stage]
    slabs: list[Slab | None] = [_opening(stage, part.trace)._replace(differs=differs(OPENING)) for part in opening]
    blocks = [part for part in stage.parts if not part.trace.block.opens_stage]
    count = sum(part.count for part in blocks)
    if count <= MOST:
        return (*slabs, *(_block(stage, part.trace, number, differs) for number, part in _numbered(blocks)))
    first = [_block(stage, part.trace, number, differs) for number, part in chain(_first(blocks, MOST - 4))]
    return (*slabs, *first, None, _block(stage, blocks[-1].trace, count - 1, differs))


def _numbered(parts: list[BlockGroup]) -> Iterator[tuple[int, BlockGroup]]:
    for part in parts:
        yield from ((part.first + index, part) for index in range(part.count))


def _first(parts: list[BlockGroup], count: int) -> list[tuple[int, BlockGroup]]:
    return [found for found, _ in zip(_numbered(parts), range(count), strict=False)]


def _opening(stage: StageTrace, traced: BlockTrace) -> Slab:
    words = ", ".join(map(step_words, summarized(traced.branch)))
    name = f"{stage.stage.name}.{stage.stage.transition}"
    return Slab(traced.output, "other", f"{name}: {words}, {_change(traced.input, traced.output)}", name)


def _block(stage: StageTrace, traced: BlockTrace, number: int, differs: Callable[[int], bool]) -> Slab:
    shortcut = traced.block.shortcut
    name = f"{stage.stage.name}.{number}"
    around = "no shortcut" if shortcut.kind == NONE else f"{shortcut.kind.replace('_', ' ')} shortcut"
    title = (
        f"{name}: {traced.block.type}, {_change(traced.input, traced.output)}, {around}, "
        f"{exact_figures(block_cost(traced))}"
    )
    return Slab(traced.output, "block", title, name, mark_of(shortcut), differs(number))


def _change(before: Shape, after: Shape) -> str:
    return shape_words(after) if before == after else f"{shape_words(before)} → {shape_words(after)}"
