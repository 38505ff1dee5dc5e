"""Maps of a function of two variables: lines of equal value with their value, darker where it is greater."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, dist, floor, log10
from typing import NamedTuple

from resnetgen.pictures.geometry import Bounds, Box, Circle, Line, Picture, Point, Shape, Words
from resnetgen.pictures.isolines import areas_above, isolines
from resnetgen.pictures.text_width import text_width

SIDE = 220.0
"""The side of a map in pixels."""

_MOST_LEVELS = 10
_MARGIN = 28.0
_TITLE = 44.0
"""The height of the title and the note above a map."""

_BELOW = 34.0
"""The height of the words below a map, with the distance to the next."""

_BESIDE = 44.0
"""The distance of two maps beside one another."""

_GAP = 4.0
"""The least distance of words from other words."""

_LONG = 5.0
"""The least length of a line that has its value on it, in widths of that."""


class Map(NamedTuple):
    """A function on a square around the origin.

    Attributes:
        title: what it shows.
        values: the values by row, from the least to the greatest y, all positive.
        extent: the distance of the edges from the middle.
        kind: `plain` or `residual`, which decides the colour.
        note: words below the title.
    """

    title: str
    values: tuple[tuple[float, ...], ...]
    extent: float
    kind: str
    note: str = ""


def draw_contours(title: str, rows: Sequence[Sequence[Map]], quantity: str, note: str) -> Picture:
    """Return a picture of maps. Lines of equal value are at the same values in all of them.

    Args:
        title: what it shows, in a sentence.
        rows: the maps of each row. Between the points of a grid, the logarithms of values are interpolated.
        quantity: the name of the values.
        note: words at the top, such as those for the data.
    """
    values = [value for maps in rows for each in maps for line in each.values for value in line]
    levels = levels_between(min(values), max(values))
    shapes: list[Shape] = [
        Words(_MARGIN, _MARGIN + 12, title, "name"),
        Words(_MARGIN, _MARGIN + 30, note, "note"),
    ]
    top = _MARGIN + 48
    for maps in rows:
        for number, each in enumerate(maps):
            shapes += _map(each, levels, quantity, _MARGIN + number * (SIDE + _BESIDE), top)
        top += _TITLE + SIDE + _BELOW
    count = max(map(len, rows))
    words = max(shape.bounds.right for shape in shapes if isinstance(shape, Words))
    width = max(_MARGIN + count * (SIDE + _BESIDE) - _BESIDE, words) + _MARGIN
    return Picture(width, top + _MARGIN - 10, title, tuple(shapes))


def levels_between(low: float, high: float) -> list[float]:
    """Return round values between two positive ones, at most ten.

    They are 1, 2 and 5 times powers of ten, or fewer of these, if the greatest value is more than ten times the least;
    else they have equal distances.

    Example:
        >>> levels_between(0.015, 4.0)
        [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0]
    """
    if high <= 10 * low:
        rough = max(high - low, 1e-9 * high) / _MOST_LEVELS
        power = 10.0 ** floor(log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
        multiples = range(floor(low / step) + 1, ceil(high / step))
        return [float(f"{step * number:.12g}") for number in multiples]
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = [float(f"{factor}e{power}") for power in powers for factor in factors]
        found = [each for each in found if low < each < high]
        if len(found) <= _MOST_LEVELS:
            return found
    return found[:: ceil(len(found) / _MOST_LEVELS)]


def _map(drawn: Map, levels: Sequence[float], quantity: str, left: float, top: float) -> Iterator[Shape]:
    """Yield a map with its words."""
    yield Words(left, top + 12, drawn.title, "name")
    yield Words(left, top + 28, drawn.note, "note")
    bottom = top + _TITLE + SIDE
    grid = [[log10(value) for value in row] for row in drawn.values]
    height, width = len(grid), len(grid[0])

    def placed(points: Sequence[Point]) -> tuple[Point, ...]:
        across, up = SIDE / max(width - 1, 1), SIDE / max(height - 1, 1)
        return tuple((left + x * across, bottom - y * up) for x, y in points)

    for level in levels:
        if outlines := [placed(each.points) for each in areas_above(grid, log10(level))]:
            yield Line(_joined(outlines), f"height-{drawn.kind}")
    labels: list[Box | Words] = []
    for level in levels:
        lines = [placed(each.points) for each in isolines(grid, log10(level))]
        yield from (Line(each, f"contour-{drawn.kind}", title=f"{quantity} {level:,.10g}") for each in lines)
        labels += _label(level, lines, labels, Bounds(left, bottom - SIDE, left + SIDE, bottom))
    yield Box(left, bottom - SIDE, SIDE, SIDE, "map", rounding=0)
    yield Circle(left + SIDE / 2, bottom - SIDE / 2, 2.4, "dot")
    yield from labels
    for number in (-1, 0, 1):
        place = left + SIDE * (number + 1) / 2
        yield Words(place, bottom + 15, f"{drawn.extent * number:g}", "note", _ANCHORS[number])


_ANCHORS = {-1: "start", 0: "middle", 1: "end"}


def _joined(outlines: Sequence[Sequence[Point]]) -> tuple[Point, ...]:
    """Return several closed lines as one, which returns to the start of the first after each."""
    start = outlines[0][0]
    return tuple(point for outline in outlines for point in (start, *outline, start))


def _label(
    level: float, lines: Sequence[Sequence[Point]], placed: Sequence[Box | Words], area: Bounds
) -> tuple[Box | Words, ...]:
    """Return the value of lines on the longest one of them, on a patch; nothing if there is no room."""
    text = f"{level:,.10g}"
    x, y = (area.left + area.right) / 2, (area.top + area.bottom) / 2
    taken = [Bounds(x - 4, y - 4, x + 4, y + 4), *(each.bounds for each in placed)]
    for line in sorted(lines, key=_length, reverse=True):
        if _length(line) < _LONG * text_width(text, 11):
            break
        for x, y in line:
            words = Words(x, y + 4, text, "note", "middle")
            left, top, right, bottom = words.bounds
            patch = Box(left - 2, top - 1, right - left + 4, bottom - top + 2, "label", rounding=2)
            if _is_inside(patch.bounds, area) and not any(_is_near(patch.bounds, other) for other in taken):
                return patch, words
    return ()


def _is_inside(one: Bounds, area: Bounds) -> bool:
    """Return whether an area is inside another one, as far from its edges as words keep."""
    return (
        area.left + _GAP < one.left
        and one.right < area.right - _GAP
        and area.top + _GAP < one.top
        and one.bottom < area.bottom - _GAP
    )


def _is_near(one: Bounds, other: Bounds) -> bool:
    """Return whether two areas are nearer than words keep."""
    return (
        one.left < other.right + _GAP
        and other.left < one.right + _GAP
        and one.top < other.bottom + _GAP
        and other.top < one.bottom + _GAP
    )


def _length(line: Sequence[Point]) -> float:
    return sum(dist(one, other) for one, other in pairwise(line))
