"""Curves: places of values, and names that stand clear of curves and of one another."""

from collections.abc import Iterable
from itertools import combinations, pairwise
from math import inf, log10, nan

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resnetgen.pictures import svg
from resnetgen.pictures.axes import Scale
from resnetgen.pictures.curves import HEIGHT, WIDTH, Axis, Curve, Panel, draw_curves
from resnetgen.pictures.formats import MARK
from resnetgen.pictures.geometry import Bounds, Line, Picture, Words
from resnetgen.pictures.style import STYLES

LINEAR = Axis("x")
LOGARITHMIC = Axis("y", is_logarithmic=True)


def picture(*curves: Curve, x: Axis = LINEAR, y: Axis = LINEAR) -> Picture:
    return draw_curves("A test.", [Panel("title", x, y, curves, "source")])


def curve(name: str, *points: tuple[float, float]) -> Curve:
    return Curve(name, points, "curve-plain")


def lines(drawn: Picture, style: str = "curve-plain") -> list[Line]:
    return [each for each in drawn.shapes if isinstance(each, Line) and each.style == style]


def words(drawn: Picture) -> list[Words]:
    return [each for each in drawn.shapes if isinstance(each, Words)]


@pytest.mark.parametrize(("axis", "values"), [(LINEAR, (0.0, 2.5, 10.0)), (LOGARITHMIC, (1.0, 10**0.5, 100.0))])
def test_values_have_their_places(axis: Axis, values: tuple[float, ...]) -> None:
    (line,) = lines(picture(curve("a", *enumerate(values)), y=axis))
    ends = line.points[0][1], line.points[-1][1]
    assert HEIGHT == pytest.approx(ends[0] - ends[1])
    scale = [log10(value) if axis.is_logarithmic else value for value in values]
    shares = [(each - scale[0]) / (scale[-1] - scale[0]) for each in scale]
    assert [ends[0] - share * HEIGHT for share in shares] == pytest.approx([y for _, y in line.points])
    xs = [x for x, _ in line.points]
    assert WIDTH == pytest.approx(xs[-1] - xs[0])
    assert WIDTH / 2 == pytest.approx(xs[1] - xs[0])


def test_ticks_are_round_numbers() -> None:
    shown = {each.text for each in words(picture(curve("a", (0, 3.0), (7, 41.0))))}
    assert {"0", "2", "4", "6", "8", "10", "20", "30", "40", "50"} <= shown
    few = {each.text for each in words(picture(curve("a", (1, 0.5), (3, 0.5)), x=Axis("x", counts=True)))}
    assert {"1", "2", "3"} <= few
    assert "1.5" not in few
    logarithmic = {each.text for each in words(picture(curve("a", (1, 2e-9), (2, 30)), y=LOGARITHMIC))}
    assert {"1e-9", "1e-6", "0.001", "1"} <= logarithmic


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (196e3, 340e3, ["1e5", "2e5", "5e5"]),
        (16e6, 60e6, ["1e7", "2e7", "5e7", "1e8"]),
        (0.2, 0.4, ["0.2", "0.5"]),
        (0.3, 0.3, ["0.2", "0.5"]),
        (1.0, 1.0, ["1", "2"]),
        (0.7, 9.0, ["0.5", "1", "2", "5", "10"]),
        (0.7, 90.0, ["0.1", "1", "10", "100"]),
    ],
)
def test_a_logarithmic_axis_is_little_longer_than_its_values(low: float, high: float, ticks: list[str]) -> None:
    scale = Scale(LOGARITHMIC, [low, high], 100)
    assert ticks == [scale.label(tick) for tick in scale.ticks]
    places = [scale(tick) for tick in scale.ticks]
    assert [0.0, 100.0] == pytest.approx([places[0], places[-1]])
    assert 0 <= scale(low) <= scale(high) <= 100


def test_what_an_axis_cannot_show_is_left_out() -> None:
    drawn = picture(
        curve("a", (1, 0.0), (2, 3.0), (3, nan), (4, inf), (5, -1.0), (6, 4.0)), curve("b", (1, 0.0)), y=LOGARITHMIC
    )
    (line,) = lines(drawn)
    assert 2 == len(line.points)
    assert "b" not in {each.text for each in words(drawn)}


def overlap(one: Bounds, other: Bounds) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


VALUES = st.lists(st.floats(0.01, 100), min_size=2, max_size=6)


@given(st.lists(VALUES, min_size=1, max_size=5), st.booleans())
@example([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 9.0], [1.0, 1.0, 8.0, 1.0, 1.0]], False)  # no place is free
def test_names_stand_clear(found: list[list[float]], is_logarithmic: bool) -> None:
    curves = [curve(f"network{number}", *enumerate(values)) for number, values in enumerate(found)]
    drawn = picture(*curves, y=Axis("y", is_logarithmic))
    shown = words(drawn)
    assert {each.name for each in curves} <= {each.text for each in shown}
    for one, other in combinations(shown, 2):
        assert not overlap(one.bounds, other.bounds), (one.text, other.text)
    for each in shown:
        assert 0 <= each.bounds.left
        assert each.bounds.right <= drawn.width
        assert 0 <= each.bounds.top
        assert each.bounds.bottom <= drawn.height


def test_no_curve_passes_through_a_name() -> None:
    drawn = picture(
        curve("short", (0, 1.0), (2, 5.0)), curve("long", (0, 5.0), (10, 5.0)), curve("steep", (0, 0), (10, 9))
    )
    names = [each for each in words(drawn) if each.text in ("short", "long", "steep")]
    assert 3 == len(names)
    for line in lines(drawn):
        for (x, y), (next_x, next_y) in pairwise(line.points):
            for step in range(200):
                at = Bounds(x, y, x, y)._replace(left=x + (next_x - x) * step / 200, top=y + (next_y - y) * step / 200)
                here = Bounds(at.left, at.top, at.left, at.top)
                assert not any(overlap(each.bounds, here) for each in names)


def test_names_are_as_near_to_the_ends_as_their_neighbours_allow() -> None:
    ends = {"low": 0.0, "first": 50.0, "second": 50.0, "third": 55.0, "high": 100.0}
    drawn = picture(*(curve(name, (0, 0.0), (1, end)) for name, end in ends.items()))
    named = dict(zip(ends, _by_name(drawn, ends), strict=True))
    assert ["high", "third", "first", "second", "low"] == sorted(named, key=lambda name: named[name].y)
    down = {name: named[name].y - line.points[-1][1] for name, line in zip(ends, lines(drawn), strict=True)}
    assert 4.0 == pytest.approx(down["high"])  # the end is at half the height of the name
    assert 4.0 == pytest.approx((down["first"] + down["second"] + down["third"]) / 3)
    assert -6.0 == pytest.approx(down["low"])  # above the words of the axis


def _by_name(drawn: Picture, names: Iterable[str]) -> list[Words]:
    return [next(each for each in words(drawn) if each.text == name) for name in names]


def test_a_name_has_the_colour_of_its_curve_and_is_bold_where_that_is_thick() -> None:
    for style in (name for name in STYLES if f"{name}-name" in STYLES):
        drawn = picture(Curve("a", ((0, 1.0), (1, 2.0)), style))
        (name,) = _by_name(drawn, "a")
        look, line = STYLES[name.style], STYLES[style]
        assert (line.stroke, line.line_width > 2) == (look.fill, look.bold)


def test_a_png_is_the_picture_in_plain_colors() -> None:
    pytest.importorskip("resvg_py")
    from resnetgen.pictures import png

    drawn = picture(curve("a", (0, 1.0), (1, 2.0)))
    image = png.print_picture(drawn)
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    assert MARK.encode() in image
    assert (2 * round(drawn.width), 2 * round(drawn.height)) == pytest.approx(
        (int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")), abs=2
    )
    assert "var(--" in svg.print_picture(drawn)
    assert "var(--" not in png._with_plain_colors(svg.print_picture(drawn))
