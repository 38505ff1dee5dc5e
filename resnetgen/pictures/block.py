"""Each form of block as a column: the branch from top to bottom, the shortcut beside it, and the addition.

Below, a table has the numbers of each stage, since blocks that differ in width alone are drawn once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from resnetgen.analysis.cost import stage_cost
from resnetgen.analysis.shape_inference import StageTrace, Trace
from resnetgen.ir.network import total_stride
from resnetgen.number_format import format_extents, pluralize, with_si_prefix
from resnetgen.pictures.block_layers import BlockLayers, Layer, block_layers, title
from resnetgen.pictures.differences import SIGN, Differences, differences
from resnetgen.pictures.distinct_blocks import Form, form_of, forms
from resnetgen.pictures.folded_stages import folded_stages
from resnetgen.pictures.geometry import Box, Circle, Line, Picture, Shape, Words, moved
from resnetgen.pictures.labels import shape_words

MARGIN = 28.0
TOP = 88.0
TALL, THIN = 25.0, 17.0
"""The heights of a layer's box: one that matters, and what follows it."""

FLOW = 18.0
"""The length of an arrow between layers."""

ASIDE = 24.0
"""Between the branch and the shortcut, and between columns."""

SUM = 9.5
"""The radius of the sign of addition."""

PAD = 12.0
"""Between words and the edge of their box, at each side."""

ROW = 20.0
"""Between the lines of the table."""

WIDEST = 1300.0
"""The end of a row of columns; the next one begins below."""

BETWEEN = 44.0
"""Between two rows of columns."""

MOST = 9
"""The most forms of blocks that are drawn; more are only counted."""


def _height(layer: Layer) -> float:
    return TALL if layer.matters else THIN


def _width(layer: Layer) -> float:
    return Words(0, 0, layer.words, "text" if layer.matters else "note").width + 2 * PAD


class _Column(NamedTuple):
    """A form of block with its layers."""

    form: Form
    layers: BlockLayers
    differs: bool

    @property
    def title(self) -> str:
        return f"{SIGN} {title(self.form)}" if self.differs else title(self.form)

    @property
    def left(self) -> float:
        """The width of the shapes at the left of the branch."""
        notes = [
            Words(0, 0, each.after, "note").width for each in (*self.layers.before, *self.layers.branch) if each.matters
        ]
        return max(notes, default=0.0) + 10

    @property
    def middle(self) -> float:
        """The width of the branch's boxes."""
        return max([70.0, *map(_width, (*self.layers.before, *self.layers.branch, *self.layers.post_add))])

    @property
    def right(self) -> float:
        """The width of what stands at the right of the branch."""
        if not self.layers.adds:
            return 0.0
        boxes = list(map(_width, self.layers.shortcut)) or [Words(0, 0, "identity", "note").width]
        return ASIDE + max(boxes)

    @property
    def width(self) -> float:
        """The width of all, or of the title over it."""
        heads = (Words(0, 0, self.title, "name"), Words(0, 0, shape_words(self.form.trace.input), "note"))
        half = max(each.width for each in heads) / 2
        return max(self.left, half - self.middle / 2) + self.middle + max(self.right, half - self.middle / 2)


def draw_block(trace: Trace, other: Trace | None = None) -> Picture:
    """Return the picture of a network's blocks, or of two networks' side by side.

    Args:
        trace: the network with its shapes.
        other: another network; a form of block or a stage that differs is then marked in both.
    """
    if other is None:
        return _drawn(trace, Differences(), None)
    first, second = differences(trace.network, other.network)
    known = [{form_of(form.trace) for form in forms(each)} for each in (other, trace)]
    left, right = _drawn(trace, first, known[0]), _drawn(other, second, known[1])
    beside = (moved(shape, left.width, 0) for shape in right.shapes)
    title = f"{left.title} beside {right.title}"
    return Picture(left.width + right.width, max(left.height, right.height), title, (*left.shapes, *beside))


def _drawn(trace: Trace, marks: Differences, known: set[tuple[object, ...]] | None) -> Picture:
    """Return the picture of one network; `known` are the forms of another one's blocks."""
    network, found = trace.network, forms(trace)
    columns = [
        _Column(form, block_layers(form), known is not None and form_of(form.trace) not in known)
        for form in found[:MOST]
    ]
    shapes: list[Shape] = []
    x = right = MARGIN
    bottom, down = TOP, 0.0
    for column in columns:
        if x > MARGIN and x + column.width > WIDEST:
            x, down = MARGIN, bottom + BETWEEN - TOP
        drawn = [moved(shape, 0, down) for shape in _drawn_column(column, x)]
        shapes += drawn
        bottom = max([bottom, *(shape.bounds.bottom for shape in drawn)])
        right = max(right, x + column.width)
        x += column.width + 2 * ASIDE
    table = list(_table(trace, marks, bottom + 34))
    blocks = f"{pluralize(network.blocks(), 'block')} in {pluralize(len(network.stages), 'stage')}"
    left_out = f" · {pluralize(len(found) - MOST, 'more form')} not drawn" if len(found) > MOST else ""
    header = (
        Words(MARGIN, 34, f"{network.name} · blocks", "heading"),
        Words(MARGIN, 53, f"{blocks} · {pluralize(len(found), 'form')}{left_out}", "note"),
    )
    everything = (*header, *shapes, *table)
    width = max([right, *(shape.bounds.right for shape in (*header, *table))]) + MARGIN
    height = max(shape.bounds.bottom for shape in everything) + 24
    return Picture(width, height, f"{network.name}: {blocks}, of {pluralize(len(found), 'form')}", everything)


def _drawn_column(column: _Column, x: float) -> Iterator[Shape]:
    """Yield the shapes of a column, from its title to what leaves the block."""
    half = max(Words(0, 0, column.title, "name").width / 2 - column.middle / 2, 0.0)
    center = x + max(column.left, half) + column.middle / 2
    trace = column.form.trace
    yield Words(center, TOP, column.title, "name", "middle")
    yield Words(center, TOP + 20, shape_words(trace.input), "note", "middle")
    y = TOP + 26
    shapes, y = _stack(column.layers.before, center, column.middle, y)
    yield from shapes
    tap = y + (FLOW - 8) / 2
    shapes, y = _stack(column.layers.branch, center, column.middle, y, first=30.0 if column.layers.adds else FLOW)
    yield from shapes
    if column.layers.adds:
        yield Line(((center, y), (center, y + FLOW)), "flow", arrow=True)
        y += FLOW + SUM
        yield from _shortcut(column, center, tap, y)
        yield Circle(center, y, SUM, "sum")
        yield Line(((center - 5, y), (center + 5, y)), "flow")
        yield Line(((center, y - 5), (center, y + 5)), "flow")
        y += SUM
    shapes, y = _stack(column.layers.post_add, center, column.middle, y)
    yield from shapes
    yield Line(((center, y), (center, y + FLOW)), "flow", arrow=True)
    yield Words(center, y + FLOW + 14, shape_words(trace.output), "note", "middle")


def _stack(
    layers: Sequence[Layer], center: float, width: float, y: float, first: float = FLOW
) -> tuple[list[Shape], float]:
    """Return boxes from top to bottom, an arrow before each that matters, and where the last one ends."""
    shapes: list[Shape] = []
    for index, layer in enumerate(layers):
        if layer.matters or not index:
            length = first if not index else FLOW
            shapes.append(Line(((center, y), (center, y + length)), "flow", arrow=True))
            y += length
        shapes += _box(layer, center, width, y)
        if layer.matters:
            shapes.append(Words(center - width / 2 - 10, y + 17, layer.after, "note", "end"))
        y += _height(layer)
    return shapes, y


def _box(layer: Layer, center: float, width: float, y: float) -> Iterator[Shape]:
    yield Box(center - width / 2, y, width, _height(layer), layer.style, rounding=3)
    style, down = ("text", 17) if layer.matters else ("note", 12.5)
    yield Words(center, y + down, layer.words, style, "middle")


def _shortcut(column: _Column, center: float, tap: float, end: float) -> Iterator[Shape]:
    """Yield the line from where the shortcut reads to the addition, with its layers in the middle."""
    left = center + column.middle / 2 + ASIDE
    if not column.layers.shortcut:
        x = left
        yield Line(((center, tap), (x, tap), (x, end), (center + SUM, end)), "skip", radius=8, arrow=True)
        yield Words(x + 6, (tap + end) / 2, "identity", "note")
        return
    width = max(map(_width, column.layers.shortcut))
    x = left + width / 2
    y = (tap + end - sum(map(_height, column.layers.shortcut))) / 2
    yield Line(((center, tap), (x, tap), (x, y)), "skip", radius=8, arrow=True)
    for layer in column.layers.shortcut:
        yield from _box(layer, x, width, y)
        y += _height(layer)
    yield Line(((x, y), (x, end), (center + SUM, end)), "skip", radius=8, arrow=True)


_HEADS = ("stage", "blocks", "widths", "stride", "output", "params", "MACs")


def _table(trace: Trace, marks: Differences, y: float) -> Iterator[Shape]:
    """Yield a line for each stage, under a line of heads; the first and the third column stand at their left."""
    stages = folded_stages(trace)
    rows = [_HEADS, *(_row(stage, marks) for stage in stages.first)]
    if stages.folded:
        whole = stages.cost()
        output = shape_words(stages.folded[-1].output)
        blocks = sum(stage.stage.blocks() for stage in stages.folded)
        costs = (with_si_prefix(whole.params), with_si_prefix(whole.macs))
        rows.append(("…", f"{blocks:,}", stages.words(), "", output, *costs))
    rows += (_row(stage, marks) for stage in stages.last)
    widths = [max(Words(0, 0, row[index], "name").width for row in rows) for index in range(len(_HEADS))]
    right = MARGIN + sum(widths) + ASIDE * (len(widths) - 1)
    yield Line(((MARGIN, y + 8), (right, y + 8)), "rule")
    for number, row in enumerate(rows):
        x = MARGIN
        for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
            style = "note" if not number else "name" if not index else "text"
            at_left = index in (0, 2)
            yield Words(x if at_left else x + width, y, cell, style, "start" if at_left else "end")
            x += width + ASIDE
        y += ROW + (6 if not number else 0)


def _row(stage: StageTrace, marks: Differences) -> tuple[str, ...]:
    runs, found = stage.stage.block_runs, stage_cost(stage)
    rank = len(stage.output) - 1
    nodes = [total_stride(run.block.branch, rank) for run in stage.stage.runs for _ in range(min(run.repeat, 1))]
    stride = tuple(max(each[axis] for each in nodes) for axis in range(rank)) if nodes else (1,) * rank
    return (
        f"{SIGN} {stage.stage.label}" if marks.of_stage(stage.stage) else stage.stage.label,
        f"{stage.stage.blocks():,}",
        _widths([dict(run.block.widths) for run in runs]),
        format_extents(stride),
        shape_words(stage.output),
        with_si_prefix(found.params),
        with_si_prefix(found.macs),
    )


def _widths(blocks: Sequence[Mapping[str, int]]) -> str:
    """Return the widths of a stage's blocks, but for what enters: `out 24, mid 96/144` where blocks differ."""
    names = dict.fromkeys(name for widths in blocks for name in widths if name != "in")
    return ", ".join(f"{name} {_values([widths[name] for widths in blocks if name in widths])}" for name in names)


def _values(values: Sequence[int]) -> str:
    distinct = list(dict.fromkeys(values))
    return "/".join(map(str, distinct)) if len(distinct) <= 3 else f"{distinct[0]}/…/{distinct[-1]}"
