"""Curves in panels below one another: axes with ticks; the name of a curve stands at its end, not in a legend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from resnetgen.pictures.axes import Axis, Scale
from resnetgen.pictures.frame import GAP, Frame, can_show, ticks_width
from resnetgen.pictures.geometry import Bounds, Line, Picture, Point, Shape, Words
from resnetgen.pictures.text_width import text_width

__all__ = ["Axis", "Curve", "Panel", "draw_curves"]

WIDTH = 460.0
"""The width of the area of curves in pixels, without words at its sides."""

HEIGHT = 170.0
"""The height of that area in pixels."""

_MARGIN = 28.0
_TITLE = 44.0
"""The height of a panel's title and of the label of its vertical axis."""

_BELOW = 62.0
"""The height of a panel's words below its curves, with the distance to the next."""

_STEPS = tuple(sign * 3.0 * step for step in range(40) for sign in (1, -1))
"""The distances from the end of a curve at which its name is tried, the nearest first."""


Points = tuple[Point, ...]


class Curve(NamedTuple):
    """A curve through points; `style` is a look of `style.py`.

    A `band` around it has points (x, low, high): the spread over seeds, for example.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    style: str
    band: tuple[tuple[float, float, float], ...] = ()


class Panel(NamedTuple):
    """Curves with their axes under a title; `note` stands at the right of the title."""

    title: str
    x: Axis
    y: Axis
    curves: tuple[Curve, ...]
    note: str = ""


def draw_curves(title: str, panels: Sequence[Panel]) -> Picture:
    """Return a picture of panels below one another.

    Args:
        title: what it shows, in a sentence.
        panels: the panels. Values that are not finite, or not positive on a logarithmic axis, are left out.
    """
    shown = [_cleaned(panel) for panel in panels]
    left = _MARGIN + max((ticks_width(_scales(panel)[1]) for panel in shown), default=0.0) + 2 * GAP
    names = max((text_width(curve.name, 12) for panel in shown for curve in panel.curves), default=0.0)
    shapes: list[Shape] = []
    top = _MARGIN
    for panel in shown:
        shapes += _panel(panel, left, top)
        top += _TITLE + HEIGHT + _BELOW
    titles = max((text_width(panel.title, 12, bold=True) + text_width(panel.note, 11) for panel in shown), default=0.0)
    width = max(left + WIDTH + GAP + names, _MARGIN + titles + 3 * GAP) + _MARGIN
    return Picture(width, top - _BELOW + 40 + _MARGIN, title, tuple(shapes))


def _cleaned(panel: Panel) -> Panel:
    """Return a panel without the points that its axes cannot show."""

    def fits(x: float, y: float) -> bool:
        return can_show(panel.x, panel.y, (x, y))

    curves = (
        curve._replace(
            points=tuple(point for point in curve.points if fits(*point)),
            band=tuple(each for each in curve.band if fits(*each[:2]) and fits(each[0], each[2])),
        )
        for curve in panel.curves
    )
    return panel._replace(curves=tuple(curve for curve in curves if curve.points))


def _scales(panel: Panel) -> tuple[Scale, Scale]:
    points = [point for curve in panel.curves for point in curve.points]
    points += [(x, y) for curve in panel.curves for x, *ends in curve.band for y in ends]
    return (
        Scale(panel.x, [x for x, _ in points] or [1.0], WIDTH),
        Scale(panel.y, [y for _, y in points] + [*panel.y.values] or [1.0], HEIGHT),
    )


def _panel(panel: Panel, left: float, top: float) -> Iterator[Shape]:
    yield Words(_MARGIN, top + 12, panel.title, "name")
    if panel.note:
        yield Words(_MARGIN + text_width(panel.title, 12, bold=True) + 2 * GAP, top + 12, panel.note, "note")
    across, up = _scales(panel)
    bottom = top + _TITLE + HEIGHT
    frame = Frame(across, up, left, bottom)
    yield from frame.shapes()
    drawn = [tuple(frame.place(x, y) for x, y in curve.points) for curve in panel.curves]
    for curve in panel.curves:
        if len(curve.band) > 1:
            above = [frame.place(x, high) for x, _, high in curve.band]
            below = [frame.place(x, low) for x, low, _ in reversed(curve.band)]
            yield Line((*above, *below), f"{curve.style}-band")
    for curve, points in zip(panel.curves, drawn, strict=True):
        yield Line(points if len(points) > 1 else points * 2, curve.style, title=curve.name)
    yield from _names(panel.curves, drawn, bottom)


def _names(curves: Sequence[Curve], drawn: Sequence[Points], bottom: float) -> list[Words]:
    """Return the names of curves, each at the end of its curve or as near as no other name and no curve is."""
    placed: list[Words] = []
    for curve, points in sorted(zip(curves, drawn, strict=True), key=lambda each: -each[1][-1][1]):
        x, y = points[-1]
        tried = (Words(x + GAP, y + 4 + step, curve.name, "note") for step in _STEPS)
        above = [each for each in tried if each.y <= bottom - GAP]
        free = (each for each in above if not _is_covered(each, placed, drawn))
        placed.append(next(free, above[0] if above else Words(x + GAP, bottom - GAP, curve.name, "note")))
    return placed


def _is_covered(words: Words, placed: Iterable[Words], drawn: Iterable[Points]) -> bool:
    """Return whether other words overlap words, or a curve passes through them."""
    left, top, right, bottom = words.bounds
    for other in placed:
        beside = other.bounds
        if left < beside.right and beside.left < right and top < beside.bottom and beside.top < bottom:
            return True
    return any(_passes(points, words.bounds) for points in drawn)


def _passes(points: Points, area: Bounds) -> bool:
    """Return whether a curve passes through an area."""
    for (x, y), (next_x, next_y) in pairwise(points):
        low, high = max(x, area.left), min(next_x, area.right)
        if low < high:
            ends = [y + (next_y - y) * (at - x) / (next_x - x) for at in (low, high)]
            if min(ends) < area.bottom and max(ends) > area.top:
                return True
    return False
