"""A network at a glance: a column for the input, the stem, each stage and the head, with slabs, words and bars.

The line of the map runs through the slabs. A shortcut is an arc over its block.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.analysis.cost import Cost, cost, stage_cost, steps_cost, weighted_layers
from resnetgen.analysis.receptive_field import receptive_field
from resnetgen.analysis.shape_inference import StageTrace, Trace
from resnetgen.analysis.step import Step, summary
from resnetgen.number_format import format_extents, pluralize, with_si_prefix, with_times_sign
from resnetgen.pictures import slabs
from resnetgen.pictures.geometry import Box, Circle, Line, Picture, Shape, Words
from resnetgen.pictures.labels import exact_figures, figures, shape_words, times
from resnetgen.pictures.shortcut_marks import MARKS, NONE
from resnetgen.pictures.slabs import Slab

MARGIN = 28.0
GAP = 28.0
"""Between columns."""

STEP = 5.0
"""Between slabs that no arc goes around."""

ROOM = 6.5
"""Beside a slab, for the legs of its arc."""

ABOVE = 13.0
"""Between a slab and its arc."""

LINE = 14.0
"""Between the baselines of notes."""

BAR = 70.0
"""The length of the longest bar."""

MOST_LINES = 4
"""More operators of a stem or a head are counted."""


class Column(NamedTuple):
    """A part of the network; without a `cost`, it has no bars. `slabs` has None for dots.

    A column that `forks` reads what the first head reads: it is one more head.
    """

    name: str
    what: tuple[str, ...]
    output: str
    cost: Cost | None
    slabs: tuple[Slab | None, ...]
    forks: bool = False

    @property
    def slabs_width(self) -> float:
        """The width of the slabs, with the room for arcs."""
        return sum(_room(slab) for slab in self.slabs)

    @property
    def width(self) -> float:
        """The width of the widest of slabs and words."""
        texts = [
            Words(0, 0, self.name, "name"),
            Words(0, 0, self.output),
            *(Words(0, 0, each, "note") for each in self.what),
        ]
        if self.cost is not None:
            texts += [Words(0, 0, each, "note") for each in figures(self.cost)]
        return max(self.slabs_width, BAR if self.cost is not None else 0.0, *(each.width for each in texts))


def draw_network(trace: Trace) -> Picture:
    """Return the picture of a network.

    Args:
        trace: the network with its shapes.
    """
    columns = list(_columns(trace))
    lines = max(len(column.what) for column in columns)
    header = _Header(trace)
    legend = list(dict.fromkeys(slab.shortcut for column in columns for slab in column.slabs if slab is not None))
    shapes, right = _placed(columns, max(trace.input[1:]), lines, header.axis)
    width = max(right, header.width(legend)) + MARGIN
    bottom = header.axis + slabs.TALLEST / 2 + LINE * lines + 124
    return Picture(width, bottom, header.title, (*header.shapes(legend, width), *shapes))


class _Header:
    """The name and the figures of the network at the left, and the legend at the right."""

    def __init__(self, trace: Trace) -> None:
        network, found = trace.network, cost(trace)
        self.axis = 97 + slabs.TALLEST / 2
        self.name = Words(MARGIN, 34, network.name, "heading")
        field = format_extents(receptive_field(network))
        about = f"{with_si_prefix(found.params)} parameters · {with_si_prefix(found.macs)} MACs"
        layers = pluralize(weighted_layers(network), "weighted layer")
        self.note = Words(MARGIN, 53, f"{about} · {layers} · receptive field {with_times_sign(field)}", "note")
        blocks = f"{pluralize(network.blocks(), 'block')} in {pluralize(len(network.stages), 'stage')}"
        self.title = f"{network.name}: {blocks}, {exact_figures(found)}"

    def width(self, legend: list[str]) -> float:
        """Return the right edge of what cannot be narrower."""
        words = _legend_width(legend)
        return max(self.note.bounds.right, self.name.bounds.right + (words + GAP if words else 0))

    def shapes(self, legend: list[str], width: float) -> Iterator[Shape]:
        """Yield the words and the legend, whose end is at the right margin."""
        yield self.name
        yield self.note
        x = width - MARGIN - _legend_width(legend)
        for kind, mark in MARKS.items():
            if kind in legend:
                yield Line(((x, 30), (x + 22, 30)), "skip")
                yield from mark.draw(x + 11, 30)
                words = Words(x + 28, 34, mark.words, "note")
                yield words
                x = words.bounds.right + 22


def _legend_width(legend: list[str]) -> float:
    widths = [28 + Words(0, 0, MARKS[kind].words, "note").width for kind in legend if kind != NONE]
    return sum(widths) + 22 * (len(widths) - 1) if widths else 0.0


def _columns(trace: Trace) -> Iterator[Column]:
    kind = "image" if trace.network.rank == 2 else "volume" if trace.network.rank == 3 else "signal"
    yield Column("input", (kind,), shape_words(trace.input), None, (Slab(trace.input, "map"),))
    if trace.stem:
        yield _sequence("stem", trace.stem, trace)
    for stage in trace.stages:
        yield _stage(stage, trace)
    heads = [head for head in trace.heads if head.steps]
    for number, head in enumerate(heads):
        yield _sequence(head.head.label, head.steps, trace)._replace(forks=number > 0)


def _sequence(part: str, steps: tuple[Step, ...], trace: Trace) -> Column:
    what = list(map(with_times_sign, summary(steps)))
    if len(what) > MOST_LINES:
        what = [*what[: MOST_LINES - 1], f"and {len(what) - MOST_LINES + 1} more"]
    if part in trace.network.features:
        what.append("feature map")
    return Column(part, tuple(what), shape_words(steps[-1].output), steps_cost(steps), slabs.of_steps(part, steps))


def _stage(stage: StageTrace, trace: Trace) -> Column:
    what = [times(name, count) for name, count in stage.block_types().items()]
    if stage.stage.name in trace.network.features:
        what.append("feature map")
    return Column(stage.stage.label, tuple(what), shape_words(stage.output), stage_cost(stage), slabs.of_stage(stage))


def _placed(columns: list[Column], side: int, lines: int, axis: float) -> tuple[list[Shape], float]:
    """Return the shapes of the columns, and where the last one ends."""
    most = [max((found[index] for found in map(_amounts, columns)), default=0) or 1 for index in (0, 1)]
    shapes: list[Shape] = []
    x = start = trunk = MARGIN
    lines_of_maps = []
    for column, following in zip(columns, [*columns[1:], None], strict=True):
        end = x + column.slabs_width
        if column.forks:
            start = x - STEP
            lines_of_maps.append(_fork(trunk, start, axis))
        if following is None or following.forks:
            lines_of_maps.append(Line(((start, axis), (end, axis)), "flow"))
        elif not column.forks:
            trunk = end + STEP
        shapes += _drawn_slabs(column, x, side, axis)
        shapes += _words(column, x, axis + slabs.TALLEST / 2 + 26, lines, most)
        x += column.width + GAP
    return [*lines_of_maps, *shapes], x - GAP


def _fork(start: float, end: float, axis: float) -> Line:
    """Return the line below the slabs from the end of the trunk to one more head."""
    below = axis + slabs.TALLEST / 2 + 9
    return Line(((start, axis), (start, below), (end, below), (end, axis)), "flow", radius=4)


def _amounts(column: Column) -> tuple[int, int]:
    return (0, 0) if column.cost is None else (column.cost.macs, column.cost.params)


def _room(slab: Slab | None) -> float:
    """Return the width that a slab takes, or dots."""
    if slab is None:
        return 30.0
    return slabs.width(slab.output) + (STEP if slab.style != "block" else 2 * ROOM)


def _drawn_slabs(column: Column, x: float, side: int, axis: float) -> Iterator[Shape]:
    for slab in column.slabs:
        if slab is None:
            yield from (Circle(x + 9 + 6 * index, axis, 1.6, "dots") for index in range(3))
        else:
            tall, thick = slabs.height(slab.output, side), slabs.width(slab.output)
            left = x + (ROOM if slab.style == "block" else 0)
            yield Box(left, axis - tall / 2, thick, tall, slab.style, slab.id, slab.title)
            yield from _arc(slab, left, thick, axis, axis - tall / 2 - ABOVE)
        x += _room(slab)


def _arc(slab: Slab, left: float, thick: float, axis: float, top: float) -> Iterator[Shape]:
    if slab.shortcut == NONE:
        return
    begin, end = left - ROOM, left + thick + ROOM
    yield Line(((begin, axis), (begin, top), (end, top), (end, axis)), "skip", radius=4)
    yield from MARKS[slab.shortcut].draw((begin + end) / 2, top)


def _words(column: Column, x: float, y: float, lines: int, most: list[int]) -> Iterator[Shape]:
    yield Words(x, y, column.name, "name")
    for number, line in enumerate(column.what, 1):
        yield Words(x, y + 2 + LINE * number, line, "note")
    y += 4 + LINE * lines + 16
    yield Words(x, y, column.output)
    if column.cost is None:
        return
    for style, words, amount, whole in zip(
        ("macs", "params"), figures(column.cost), _amounts(column), most, strict=True
    ):
        yield Box(x, y + 10, max(1.0, BAR * amount / whole), 6, style, rounding=1)
        yield Words(x, y + 29, words, "note")
        y += 30
