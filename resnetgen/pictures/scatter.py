"""A plot of points: axes with ticks, a dot for each point, and a line or a band where there is one.

A plot is narrow enough for the screen of a telephone; several stand beside each other on a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import isfinite
from typing import NamedTuple

from resnetgen.pictures.axes import Axis, Scale
from resnetgen.pictures.geometry import Box, Circle, Line, Picture, Point, Shape, Words
from resnetgen.pictures.text_width import text_width

WIDTH = 280.0
"""The width of the area of dots in pixels, without words at its sides."""

HEIGHT = 180.0
"""The height of that area in pixels."""

_RADIUS = 2.4
_MARGIN = 14.0
_TITLE = 52.0
_BELOW = 46.0
_GAP = 6.0


class Plot(NamedTuple):
    """Points in a plane.

    Attributes:
        title: what it shows.
        x: the horizontal axis.
        y: the vertical axis.
        dots: the points.
        line: points that a line connects, in the order of x.
        band: the ends of an interval of x that is marked.
        names: names of the places 1, 2, ... of the horizontal axis, in place of numbers.
        note: words below the title.
    """

    title: str
    x: Axis
    y: Axis
    dots: tuple[Point, ...] = ()
    line: tuple[Point, ...] = ()
    band: tuple[float, float] | None = None
    names: tuple[str, ...] = ()
    note: str = ""


def draw_scatter(plot: Plot) -> Picture:
    """Return the picture of a plot. Points that are not finite, or not positive on a logarithmic axis, are left out."""
    dots, line = _shown(plot, plot.dots), _shown(plot, plot.line)
    points = [*dots, *line]
    ends = [0.5, len(plot.names) + 0.5] if plot.names else [x for x, _ in points]
    across = Scale(plot.x, [*ends, *(plot.band or ())] or [1.0], WIDTH)
    up = Scale(plot.y, [y for _, y in points] or [1.0], HEIGHT)
    left = _MARGIN + max(text_width(up.label(tick), 11) for tick in up.ticks) + 2 * _GAP
    bottom = _MARGIN + _TITLE + HEIGHT
    shapes: list[Shape] = [Words(_MARGIN, _MARGIN + 12, plot.title, "name")]
    shapes += [Words(_MARGIN, _MARGIN + 28, plot.note, "note")] if plot.note else []
    if plot.band is not None:
        low, high = (left + across(end) for end in plot.band)
        shapes.append(Box(low, bottom - HEIGHT, max(high - low, 2.0), HEIGHT, "band", rounding=0))
    shapes += _frame(plot, across, up, left, bottom)
    shapes += [Circle(left + across(x), bottom - up(y), _RADIUS, "dot") for x, y in dots]
    if line:
        drawn = tuple((left + across(x), bottom - up(y)) for x, y in line)
        shapes.append(Line(drawn if len(drawn) > 1 else drawn * 2, "curve-residual"))
    words = max(text_width(plot.title, 12, bold=True), text_width(plot.note, 11))
    width = max(left + WIDTH, _MARGIN + words) + 2 * _MARGIN
    return Picture(width, bottom + _BELOW, f"{plot.title}: {plot.y.label} by {plot.x.label}", tuple(shapes))


def staircase(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return points with a corner between each two: level from one to the next, then up or down at the latter."""
    corners = [each for (_, y), (x, next_y) in pairwise(points) for each in ((x, y), (x, next_y))]
    return (*points[:1], *corners)


def _shown(plot: Plot, points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple(
        (x, y)
        for x, y in points
        if isfinite(x) and isfinite(y) and (x > 0 or not plot.x.is_logarithmic) and (y > 0 or not plot.y.is_logarithmic)
    )


def _frame(plot: Plot, across: Scale, up: Scale, left: float, bottom: float) -> Iterator[Shape]:
    """Yield the axes with their ticks and labels."""
    for tick in up.ticks:
        y = bottom - up(tick)
        yield Line(((left - 4, y), (left, y)), "rule")
        yield Words(left - _GAP, y + 4, up.label(tick), "note", "end")
    yield Line(((left, bottom - HEIGHT), (left, bottom), (left + WIDTH, bottom)), "rule")
    named = [(float(place), name) for place, name in enumerate(plot.names, 1)]
    for tick, name in named or [(tick, across.label(tick)) for tick in across.ticks]:
        x = left + across(tick)
        yield Line(((x, bottom), (x, bottom + 4)), "rule")
        yield Words(x, bottom + 17, name, "note", "middle")
    yield Words(left + WIDTH / 2, bottom + 34, plot.x.label, "note", "middle")
    yield Words(left - 4, bottom - HEIGHT - 8, plot.y.label, "note")
