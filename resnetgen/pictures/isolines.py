"""Lines of equal value on a grid, by marching squares (Maple 2003, doi:10.1109/GMAG.2003.1219671)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf, isfinite
from typing import NamedTuple

from resnetgen.pictures.geometry import Point

Grid = Sequence[Sequence[float]]
"""Values by row and column. A value is at the point (column, row)."""


class Isoline(NamedTuple):
    """A line on one side of which all values are greater: the left one, where rows grow upwards.

    A closed line ends where it begins; an open one goes from border to border.
    """

    points: tuple[Point, ...]

    @property
    def is_closed(self) -> bool:
        """Tell if it ends where it begins."""
        return self.points[0] == self.points[-1]


def isolines(grid: Grid, level: float) -> list[Isoline]:
    """Return the lines at which a value is reached, interpolated linearly along the edges of the cells.

    In a cell whose diagonals are on different sides, the mean of its corners decides which of them is connected.

    Args:
        grid: rows of equal length.
        level: the value.

    Example:
        >>> isolines([[0.0, 2.0], [0.0, 2.0]], 1.0)
        [Isoline(points=((0.5, 1.0), (0.5, 0.0)))]
    """
    after = {
        start: end
        for row in range(len(grid) - 1)
        for column in range(len(grid[0]) - 1)
        for start, end in _segments(grid, level, column, row)
    }
    ends = {*after.values()}
    lines = []
    for start in [*(each for each in after if each not in ends), *after]:  # those from the border, then the closed ones
        if start in after:
            chain = [start]
            while chain[-1] in after:
                chain.append(after.pop(chain[-1]))
            lines.append(Isoline(tuple(_crossing(grid, level, edge) for edge in chain)))
    return lines


def areas_above(grid: Grid, level: float) -> list[Isoline]:
    """Return the outlines of the areas whose values reach one, all closed; those of holes go the other way around."""
    width, height = len(grid[0]), len(grid)
    border = [-inf] * (width + 2)
    framed = [border, *([-inf, *row, -inf] for row in grid), border]

    def on_grid(point: Point) -> Point:
        return min(max(point[0] - 1, 0.0), width - 1.0), min(max(point[1] - 1, 0.0), height - 1.0)

    return [Isoline(tuple(map(on_grid, line.points))) for line in isolines(framed, level)]


_Node = tuple[int, int]
_Edge = tuple[_Node, _Node]
"""Two neighbours, the lesser one first."""


def _segments(grid: Grid, level: float, column: int, row: int) -> Iterator[tuple[_Edge, _Edge]]:
    """Yield the edges of a cell between which a line passes, with the greater values on its left."""
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    above = [grid[y][x] >= level for x, y in corners]
    falls: list[int] = []  # the edges that a walk around the cell crosses the line at
    rises: list[int] = []
    for number in range(4):
        following = (number + 1) % 4
        if above[number] != above[following]:
            (falls if above[number] else rises).append(number)
    if len(falls) == 2:
        is_middle_above = sum(grid[y][x] for x, y in corners) / 4 >= level
        rises = [(falls[0] + (1 if is_middle_above else 3)) % 4, (falls[1] + (1 if is_middle_above else 3)) % 4]
    for fall, rise in zip(falls, rises, strict=True):
        yield _edge(corners, fall), _edge(corners, rise)


def _edge(corners: Sequence[_Node], number: int) -> _Edge:
    one, other = sorted((corners[number], corners[(number + 1) % 4]))
    return one, other


def _crossing(grid: Grid, level: float, edge: _Edge) -> Point:
    """Return the point of an edge at which a value is reached."""
    (x, y), (next_x, next_y) = edge
    one, other = grid[y][x], grid[next_y][next_x]
    share = (level - one) / (other - one) if isfinite(one) and isfinite(other) else 0.5
    return x + share * (next_x - x), y + share * (next_y - y)
