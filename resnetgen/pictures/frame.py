"""The frame of a plot: two axes with their ticks and labels, and the places of points between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import NamedTuple

from resnetgen.pictures.axes import Axis, Scale
from resnetgen.pictures.geometry import Line, Point, Shape, Words
from resnetgen.pictures.text_width import text_width

GAP = 6.0
"""The distance of words from what they are about, in pixels."""

BELOW = 46.0
"""The height of ticks and label below the horizontal axis, with a gap."""


class Frame(NamedTuple):
    """The scales of both axes, and the corner between them in pixels."""

    across: Scale
    up: Scale
    left: float
    bottom: float

    def place(self, x: float, y: float) -> Point:
        """Return the place of a point in pixels."""
        return self.left + self.across(x), self.bottom - self.up(y)

    def shapes(self, names: Sequence[str] = ()) -> Iterator[Shape]:
        """Yield the axes with their ticks and labels; `names` are those of the places 1, 2, ... across."""
        width, height = self.across.length, self.up.length
        for tick in self.up.ticks:
            y = self.bottom - self.up(tick)
            yield Line(((self.left - 4, y), (self.left, y)), "rule")
            yield Words(self.left - GAP, y + 4, self.up.label(tick), "note", "end")
        corners = (self.left, self.bottom - height), (self.left, self.bottom), (self.left + width, self.bottom)
        yield Line(corners, "rule")
        named = [(float(place), name) for place, name in enumerate(names, 1)]
        for tick, name in named or [(tick, self.across.label(tick)) for tick in self.across.ticks]:
            x = self.left + self.across(tick)
            yield Line(((x, self.bottom), (x, self.bottom + 4)), "rule")
            yield Words(x, self.bottom + 17, name, "note", "middle")
        yield Words(self.left + width / 2, self.bottom + 34, self.across.axis.label, "note", "middle")
        yield Words(self.left - 4, self.bottom - height - 8, self.up.axis.label, "note")


def ticks_width(up: Scale) -> float:
    """Return the width of the longest tick of a vertical axis, in pixels."""
    return max(text_width(up.label(tick), 11) for tick in up.ticks)


def can_show(x: Axis, y: Axis, point: tuple[float, float]) -> bool:
    """Return whether axes can show a point: it is finite, and positive where an axis is logarithmic."""
    pairs = zip((x, y), point, strict=True)
    return all(isfinite(value) and (value > 0 or not axis.is_logarithmic) for axis, value in pairs)
