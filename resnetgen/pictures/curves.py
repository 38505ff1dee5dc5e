"""Curves in panels below one another: axes with ticks; the name of a curve stands at its end, not in a legend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from resnetgen.pictures.axes import Axis, Scale
from resnetgen.pictures.curve_names import Named, place_names
from resnetgen.pictures.frame import GAP, Frame, can_show, ticks_width
from resnetgen.pictures.geometry import Line, Picture, Shape, Words
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
    names = max((text_width(curve.name, 11, bold=True) for panel in shown for curve in panel.curves), default=0.0)
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
    drawn = [
        Named(curve.name, curve.style, tuple(frame.place(x, y) for x, y in curve.points)) for curve in panel.curves
    ]
    for curve in panel.curves:
        if len(curve.band) > 1:
            above = [frame.place(x, high) for x, _, high in curve.band]
            below = [frame.place(x, low) for x, low, _ in reversed(curve.band)]
            yield Line((*above, *below), f"{curve.style}-band")
    for each in drawn:
        yield Line(each.points if len(each.points) > 1 else each.points * 2, each.style, title=each.name)
    yield from place_names(drawn, bottom - HEIGHT, bottom)
