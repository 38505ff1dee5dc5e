"""The names of curves, each in the colour of its curve and as near to its end as the other names allow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from resnetgen.pictures.frame import GAP
from resnetgen.pictures.geometry import Bounds, Point, Words

LINE = 12.0
"""Between the baselines of two names."""

_DOWN = 4.0
"""From the end of a curve to the baseline of a name in the middle of it."""

_STEPS = tuple(sign * 3.0 * step for step in range(40) for sign in (1, -1))
"""The distances from its place at which a name is tried, the nearest first."""

Points = tuple[Point, ...]


class Named(NamedTuple):
    """A curve that is drawn through points in pixels."""

    name: str
    style: str
    points: Points

    @property
    def end(self) -> Point:
        """The last point."""
        return self.points[-1]

    def at(self, baseline: float) -> Words:
        """Return the name beside the end, at a baseline."""
        return Words(self.end[0] + GAP, baseline, self.name, f"{self.style}-name")


def place_names(curves: Sequence[Named], top: float, bottom: float) -> list[Words]:
    """Return the names of curves beside their ends, where no other name is and, if there is such a place, no curve.

    Names of curves that end at the same x stand in the order of their ends.

    Args:
        curves: the curves.
        top: the upper edge of the area of curves.
        bottom: its lower edge, at which ticks are.
    """
    lowest = bottom - GAP
    placed: list[Words] = []
    for _, same in groupby(sorted(curves, key=lambda each: (-each.end[0], each.end[1])), lambda each: each.end[0]):
        column = list(same)
        wanted = _apart([each.end[1] + _DOWN for each in column], top + _DOWN, lowest)
        for curve, baseline in zip(column, wanted, strict=True):
            tried = [curve.at(baseline + step) for step in _STEPS if baseline + step <= lowest]
            legible = [each for each in tried if not _overlaps(each, placed)]
            free = (each for each in legible if not any(_passes(other.points, each.bounds) for other in curves))
            placed.append(next(free, next(iter(legible), curve.at(baseline))))
    return placed


def _apart(wanted: Sequence[float], highest: float, lowest: float) -> list[float]:
    """Return the baselines nearest to wanted ones, which grow, with a line between each two and within bounds.

    Neighbours that are too near to each other become a group, which has the mean place of its names.
    """
    groups: list[tuple[float, int]] = []
    for number, each in enumerate(wanted):
        mean, count = each - LINE * number, 1
        while groups and groups[-1][0] >= mean:
            other, size = groups.pop()
            mean, count = (other * size + mean * count) / (size + count), size + count
        groups.append((mean, count))
    room = lowest - LINE * (len(wanted) - 1)
    within = (max(highest, min(mean, room)) for mean, count in groups for _ in range(count))
    return [mean + LINE * number for number, mean in enumerate(within)]


def _overlaps(words: Words, placed: Iterable[Words]) -> bool:
    """Return whether words overlap other words."""
    left, top, right, bottom = words.bounds
    areas = (other.bounds for other in placed)
    return any(left < area.right and area.left < right and top < area.bottom and area.top < bottom for area in areas)


def _passes(points: Points, area: Bounds) -> bool:
    """Return whether a curve passes through an area."""
    for (x, y), (next_x, next_y) in pairwise(points):
        low, high = max(x, area.left), min(next_x, area.right)
        if low < high:
            ends = [y + (next_y - y) * (at - x) / (next_x - x) for at in (low, high)]
            if min(ends) < area.bottom and max(ends) > area.top:
                return True
    return False
