"""A plot of points: axes with ticks, a dot for each point, and a line or a band where there is one.

A plot is narrow enough for the screen of a telephone; several stand beside each other on a page.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from resnetgen.pictures.axes import Axis, Scale
from resnetgen.pictures.frame import BELOW, GAP, Frame, can_show, ticks_width
from resnetgen.pictures.geometry import Box, Circle, Line, Picture, Point, Shape, Words
from resnetgen.pictures.text_width import text_width

WIDTH = 280.0
"""The width of the area of dots in pixels, without words at its sides."""

HEIGHT = 180.0
"""The height of that area in pixels."""

_RADIUS = 2.4
_MARGIN = 14.0
_TITLE = 52.0


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
    left, bottom = _MARGIN + ticks_width(up) + 2 * GAP, _MARGIN + _TITLE + HEIGHT
    frame = Frame(across, up, left, bottom)
    shapes: list[Shape] = [Words(_MARGIN, _MARGIN + 12, plot.title, "name")]
    shapes += [Words(_MARGIN, _MARGIN + 28, plot.note, "note")] if plot.note else []
    if plot.band is not None:
        low, high = (left + across(end) for end in plot.band)
        shapes.append(Box(low, bottom - HEIGHT, max(high - low, 2.0), HEIGHT, "band", rounding=0))
    shapes += frame.shapes(plot.names)
    shapes += [Circle(*frame.place(x, y), _RADIUS, "dot") for x, y in dots]
    if line:
        drawn = tuple(frame.place(x, y) for x, y in line)
        shapes.append(Line(drawn if len(drawn) > 1 else drawn * 2, "curve-residual"))
    words = max(text_width(plot.title, 12, bold=True), text_width(plot.note, 11))
    width = max(left + WIDTH, _MARGIN + words) + 2 * _MARGIN
    return Picture(width, bottom + BELOW, f"{plot.title}: {plot.y.label} by {plot.x.label}", tuple(shapes))


def staircase(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return points with a corner between each two: level from one to the next, then up or down at the latter."""
    corners = [each for (_, y), (x, next_y) in pairwise(points) for each in ((x, y), (x, next_y))]
    return (*points[:1], *corners)


def _shown(plot: Plot, points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple(point for point in points if can_show(plot.x, plot.y, point))
