"""A network at a glance: a column for the input, the stem, each stage and the head, with slabs, words and bars.

The line of the map runs through the slabs. A shortcut is an arc over its block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from resnetgen.analysis.cost import cost, weighted_layers
from resnetgen.analysis.receptive_field import receptive_field
from resnetgen.analysis.shape_inference import Trace
from resnetgen.ir.network import TABLE_WORDS
from resnetgen.number_format import format_extents, pluralize, with_si_prefix, with_times_sign
from resnetgen.pictures import slabs
from resnetgen.pictures.differences import SIGN, Differences, differences
from resnetgen.pictures.geometry import Box, Circle, Line, Picture, Shape, Words, moved
from resnetgen.pictures.labels import exact_figures, figures
from resnetgen.pictures.network_columns import BAR, ROOM, STEP, Column, columns, room
from resnetgen.pictures.shortcut_marks import MARKS, NONE
from resnetgen.pictures.slabs import Slab

MARGIN = 28.0
GAP = 28.0
"""Between columns."""

ABOVE = 13.0
"""Between a slab and its arc."""

DIFFERS = "differs"
"""The legend of the line below slabs that are different or missing in the other network."""

LINE = 14.0
"""Between the baselines of notes."""


class _Scale(NamedTuple):
    """The common scale of all columns: the input's side, the lines of notes, and the largest amounts of the bars."""

    side: int
    lines: int
    most: tuple[int, int]


def draw_network(trace: Trace, other: Trace | None = None) -> Picture:
    """Return the picture of a network, or of two networks, one below the other, with equal parts in line.

    Args:
        trace: the network with its shapes.
        other: another network; what differs is then marked in both.
    """
    if other is None:
        return _drawn([trace], [Differences()], [list(columns(trace, Differences()))])
    marks = differences(trace.network, other.network)
    return _drawn([trace, other], marks, [list(columns(*pair)) for pair in zip((trace, other), marks, strict=True)])


def _drawn(traces: Sequence[Trace], marks: Sequence[Differences], rows: list[list[Column]]) -> Picture:
    places, right = _places(rows)
    whole = [column for row in rows for column in row]
    amounts = list(map(_amounts, whole))
    scale = _Scale(
        max(max(trace.input[1:]) for trace in traces),
        max(len(column.what) + len(column.differs) for column in whole),
        (max(macs for macs, _ in amounts) or 1, max(params for _, params in amounts) or 1),
    )
    notes = [(f"{SIGN} {', '.join(mark.whole)}",) if mark.whole else () for mark in marks]
    if len(rows) > 1 and all(mark == Differences() for mark in marks):
        notes = [("no difference",)] * len(rows)
    headers = [_Header(trace, note) for trace, note in zip(traces, notes, strict=True)]
    found = [slab for column in whole for slab in column.slabs if slab is not None]
    legend = list(dict.fromkeys(slab.shortcut for slab in found))
    legend += [DIFFERS] if any(slab.differs for slab in found) else []
    width = max(right, headers[0].width(legend), *(header.width([]) for header in headers)) + MARGIN
    height = headers[0].axis + slabs.TALLEST / 2 + LINE * scale.lines + 124
    shapes: list[Shape] = []
    for number, (header, row, place) in enumerate(zip(headers, rows, places, strict=True)):
        drawn = (*header.shapes([] if number else legend, width), *_placed(row, place, scale, header.axis))
        if len(rows) > 1:
            drawn = tuple(_named(shape, "ab"[number]) for shape in drawn)
        shapes += (moved(shape, 0, number * height) for shape in drawn)
    return Picture(width, len(rows) * height, " beside ".join(each.title for each in headers), tuple(shapes))


def _named(shape: Shape, network: str) -> Shape:
    """Return a shape whose id says of which of two networks it is."""
    return shape._replace(id=f"{network}.{shape.id}") if isinstance(shape, Box) and shape.id else shape


def _places(rows: list[list[Column]]) -> tuple[list[list[float]], float]:
    """Return where the columns begin, those of one name in line, and where the last one ends."""
    keys = _keys(rows)
    order = keys[-1]
    for row in keys[:-1]:
        for before, key in zip([None, *row], row, strict=False):
            if key not in order:
                order = list(order)
                order.insert(0 if before is None else order.index(before) + 1, key)
    widths = {
        key: max(
            column.width
            for names, row in zip(keys, rows, strict=True)
            for name, column in zip(names, row, strict=True)
            if name == key
        )
        for key in order
    }
    x, begin = MARGIN, {}
    for key in order:
        begin[key] = x
        x += widths[key] + GAP
    return [[begin[key] for key in row] for row in keys], x - GAP


def _keys(rows: list[list[Column]]) -> list[list[str]]:
    """Return what each column is lined up by: its name, or its number where two networks share no name of a stage."""
    names = [[column.name for column in row] for row in rows]
    common = set.intersection(*map(set, names)) - {"input", "stem", "head"}
    if common or len(rows) == 1:
        return names
    return [[name if name in TABLE_WORDS else f"column {number}" for number, name in enumerate(row)] for row in names]


class _Header:
    """The name and the figures of the network at the left, and the legend at the right."""

    def __init__(self, trace: Trace, notes: tuple[str, ...] = ()) -> None:
        network, found = trace.network, cost(trace)
        self.axis = 97 + slabs.TALLEST / 2
        self.name = Words(MARGIN, 34, network.name, "heading")
        field = format_extents(receptive_field(network))
        about = f"{with_si_prefix(found.params)} parameters · {with_si_prefix(found.macs)} MACs"
        layers = pluralize(weighted_layers(network), "weighted layer")
        told = (about, layers, f"receptive field {with_times_sign(field)}", *notes)
        self.note = Words(MARGIN, 53, " · ".join(told), "note")
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
        if DIFFERS in legend:
            yield Line(((x, 30), (x + 22, 30)), "differs-mark")
            yield Words(x + 28, 34, DIFFERS, "note")


def _legend_width(legend: list[str]) -> float:
    widths = [28 + Words(0, 0, _legend_words(kind), "note").width for kind in legend if kind != NONE]
    return sum(widths) + 22 * (len(widths) - 1) if widths else 0.0


def _legend_words(kind: str) -> str:
    return MARKS[kind].words if kind in MARKS else kind


def _placed(columns: list[Column], places: list[float], scale: _Scale, axis: float) -> Iterator[Shape]:
    """Yield the shapes of the columns, each at its place."""
    start, trunk = places[0], places[0]
    drawn: list[Shape] = []
    for column, following, x in zip(columns, [*columns[1:], None], places, strict=True):
        end = x + column.slabs_width
        if column.forks:
            start = x - STEP
            yield _fork(trunk, start, axis)
        if following is None or following.forks:
            yield Line(((start, axis), (end, axis)), "flow")
        elif not column.forks:
            trunk = end + STEP
        drawn += _drawn_slabs(column, x, scale.side, axis)
        drawn += _words(column, x, axis + slabs.TALLEST / 2 + 26, scale)
    yield from drawn


def _fork(start: float, end: float, axis: float) -> Line:
    """Return the line below the slabs from the end of the trunk to one more head."""
    below = axis + slabs.TALLEST / 2 + 9
    return Line(((start, axis), (start, below), (end, below), (end, axis)), "flow", radius=4)


def _amounts(column: Column) -> tuple[int, int]:
    return (0, 0) if column.cost is None else (column.cost.macs, column.cost.params)


def _drawn_slabs(column: Column, x: float, side: int, axis: float) -> Iterator[Shape]:
    for slab in column.slabs:
        if slab is None:
            yield from (Circle(x + 9 + 6 * index, axis, 1.6, "dots") for index in range(3))
        else:
            tall, thick = slabs.height(slab.output, side), slabs.width(slab.output)
            left = x + (ROOM if slab.style == "block" else 0)
            yield Box(left, axis - tall / 2, thick, tall, slab.style, slab.id, slab.title)
            if slab.differs:
                below = axis + tall / 2 + 6
                yield Line(((left, below), (left + thick, below)), "differs-mark")
            yield from _arc(slab, left, thick, axis, axis - tall / 2 - ABOVE)
        x += room(slab)


def _arc(slab: Slab, left: float, thick: float, axis: float, top: float) -> Iterator[Shape]:
    if slab.shortcut == NONE:
        return
    begin, end = left - ROOM, left + thick + ROOM
    yield Line(((begin, axis), (begin, top), (end, top), (end, axis)), "skip", radius=4)
    yield from MARKS[slab.shortcut].draw((begin + end) / 2, top)


def _words(column: Column, x: float, y: float, scale: _Scale) -> Iterator[Shape]:
    yield Words(x, y, column.name, "name")
    told = [*((line, "note") for line in column.what), *((line, "differs") for line in column.differs)]
    for number, (line, style) in enumerate(told, 1):
        yield Words(x, y + 2 + LINE * number, line, style)
    y += 4 + LINE * scale.lines + 16
    yield Words(x, y, column.output)
    if column.cost is None:
        return
    for style, words, amount, whole in zip(
        ("macs", "params"), figures(column.cost), _amounts(column), scale.most, strict=True
    ):
        yield Box(x, y + 10, max(1.0, BAR * amount / whole), 6, style, rounding=1)
        yield Words(x, y + 29, words, "note")
        y += 30
