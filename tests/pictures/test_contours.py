"""Maps with lines of equal value: those of a quadratic function, whose lines are known, and the words on them."""

from itertools import combinations, pairwise
from math import pi, sqrt

import pytest

from resnetgen.pictures.contours import Map, draw_contours, levels_between
from resnetgen.pictures.geometry import Box, Line, Picture, Words
from resnetgen.pictures.isolines import Isoline, areas_above, isolines
from resnetgen.pictures.svg import print_picture
from tests.pictures.overlap import APART, touch

POINTS = 41
PLACES = [-1 + 2 * number / (POINTS - 1) for number in range(POINTS)]
QUADRATIC = [[x**2 + 2 * y**2 for x in PLACES] for y in PLACES]


def area(line: Isoline) -> float:
    """Return the signed area within a closed line, in the units of `PLACES`."""
    assert line.is_closed
    twice = sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise(line.points))
    return twice / 2 * (2 / (POINTS - 1)) ** 2


@pytest.mark.parametrize("level", [0.1, 0.5, 1.5, 2.5])
def test_the_lines_of_a_quadratic_function_are_parts_of_ellipses(level: float) -> None:
    lines = isolines(QUADRATIC, level)
    assert {0.1: 1, 0.5: 1, 1.5: 2, 2.5: 4}[level] == len(lines)
    for line in lines:
        assert (level <= 1) is line.is_closed
        for point in line.points:
            x, y = (-1 + 2 * each / (POINTS - 1) for each in point)
            assert pytest.approx(level, abs=2 * (1 / (POINTS - 1)) ** 2) == x**2 + 2 * y**2  # of linear interpolation


def test_the_area_above_a_level_has_the_ellipse_as_a_hole() -> None:
    outline, hole = sorted((area(line) for line in areas_above(QUADRATIC, 0.5)), reverse=True)
    assert pytest.approx(4) == outline
    assert pytest.approx(-pi * 0.5 / sqrt(2), rel=0.01) == hole
    assert [] == areas_above(QUADRATIC, 4.0)
    assert pytest.approx(4) == area(*areas_above(QUADRATIC, -1.0))


def test_the_middle_of_a_cell_decides_which_corners_are_connected() -> None:
    saddle = [[0.0, 2.0], [2.0, 0.0]]
    for level, cut_off in ((0.9, {(0.45, 0.0), (0.55, 1.0)}), (1.1, {(0.55, 0.0), (0.45, 1.0)})):
        lines = isolines(saddle, level)
        assert 2 == len(lines)
        for line in lines:
            (x, y), (other_x, other_y) = line.points
            corner = (round((x + other_x) / 2), round((y + other_y) / 2))
            assert (saddle[corner[1]][corner[0]] >= level) is (level > 1)  # the corner that a line cuts off
        ends = {(round(x, 9), y) for line in lines for x, y in line.points if y in (0, 1)}
        assert cut_off == ends


def test_levels_are_round_and_few() -> None:
    assert [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0] == levels_between(0.015, 4.0)
    assert [1.505, 1.51, 1.515, 1.52, 1.525] == levels_between(1.5, 1.53)
    assert [10.0**power for power in range(-4, 6)] == levels_between(1e-5, 1e6)
    assert [10.0**power for power in range(-8, 9, 2)] == levels_between(1e-9, 1e9)
    assert [] == levels_between(1.0, 1.0)


def drawn(*functions: tuple[str, str, list[list[float]]]) -> Picture:
    maps = [
        Map(title, tuple(tuple(value + 0.01 for value in row) for row in values), 0.5, kind, "a note")
        for title, kind, values in functions
    ]
    return draw_contours("Loss contours", [maps], "training loss", "synthetic data")


def test_maps_share_their_levels_and_words_keep_apart() -> None:
    steep = [[10 * value for value in row] for row in QUADRATIC]
    picture = drawn(("plain56", "plain", steep), ("resnet56", "residual", QUADRATIC))
    titles = {
        kind: {shape.title for shape in picture.shapes if isinstance(shape, Line) and shape.style == f"contour-{kind}"}
        for kind in ("plain", "residual")
    }
    assert {"training loss 0.1", "training loss 1"} < titles["residual"] < titles["plain"]
    words = [shape.bounds for shape in picture.shapes if isinstance(shape, Words)]
    assert not [pair for pair in combinations(words, 2) if touch(*pair, APART)]
    labels = [shape for shape in picture.shapes if isinstance(shape, Box) and shape.style == "label"]
    assert len(labels) >= 6
    for shape in picture.shapes:
        assert 0 <= shape.bounds.left <= shape.bounds.right <= picture.width
        assert 0 <= shape.bounds.top <= shape.bounds.bottom <= picture.height


def test_a_function_that_is_constant_has_no_lines() -> None:
    picture = drawn(("flat", "plain", [[1.0] * 3] * 3))
    assert not [shape for shape in picture.shapes if isinstance(shape, Line)]
    assert "<title" in print_picture(picture)
