"""Pictures as SVG: text as text, colours that follow the reader's setting, no script and no link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import dist

from resnetgen.pictures.drawing import Drawing
from resnetgen.pictures.formats import MARK
from resnetgen.pictures.geometry import Box, Circle, Line, Picture, Point, Shape, Words
from resnetgen.pictures.style import COLORS, FONTS, STYLES, Style
from resnetgen.unicode import escape_invisible

_ARROW = 7.0


def print_drawing(drawing: Drawing) -> str:
    """Return the text of the file of a drawing."""
    return print_picture(drawing.picture())


def print_picture(picture: Picture) -> str:
    """Return the text of an SVG file."""
    opening = _opening(picture, "title")
    return _drawn(picture, [opening, f"<!-- {MARK} -->"], "title", f"<style>\n{style_sheet(picture)}</style>")


def print_element(picture: Picture, name: str) -> str:
    """Return an SVG element for a page: its ids begin with a name, and it has no style of its own.

    Args:
        picture: the picture.
        name: an id that the page does not have yet, also that of the element. `style_sheet` gives the style for it.
    """
    boxes = (
        each._replace(id=f"{name}-{each.id}") if isinstance(each, Box) and each.id else each for each in picture.shapes
    )
    opening = _opening(picture, f"{name}-title").replace("<svg ", f'<svg id="{name}" class="picture" ', 1)
    return _drawn(picture._replace(shapes=tuple(boxes)), [opening], f"{name}-title")


def _opening(picture: Picture, title: str) -> str:
    size = f"{_number(picture.width)} {_number(picture.height)}"
    width, height = size.split()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{width}" height="{height}" role="img" '
        f'aria-labelledby="{title}">'
    )


def _drawn(picture: Picture, before: list[str], title: str, *style: str) -> str:
    lines = [
        *before,
        f'<title id="{title}">{_escaped(picture.title)}</title>',
        *style,
        '<rect width="100%" height="100%" class="ground"/>',
        *(_shape(shape) for shape in picture.shapes),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def style_sheet(*pictures: Picture, within: str = "") -> str:
    """Return the CSS of pictures: their colours, and the looks that they have.

    Args:
        pictures: the pictures.
        within: the selector of elements that it holds for, which have the colours as variables; by default it holds
            for the whole file, and defines the variables.
    """
    shapes = [shape for picture in pictures for shape in picture.shapes]
    used = sorted({shape.style for shape in shapes})
    names = {name for style in used for name in (STYLES[style].fill, STYLES[style].stroke) if name} | {"ground"}
    light, dark = (
        "".join(f"--{name}:{COLORS[name][ground]};" for name in COLORS if name in names) for ground in (0, 1)
    )
    words = {shape.style for shape in shapes if isinstance(shape, Words)}
    rules = [
        ".ground{fill:var(--ground)}",
        *(f".{style}{{{_look(STYLES[style], style in words)}}}" for style in used),
        *(f".{style}-end{{fill:var(--{STYLES[style].stroke})}}" for style in sorted(_with_arrows(shapes))),
        ".middle{text-anchor:middle}",
        ".end{text-anchor:end}",
    ]
    if within:
        return "".join(f"{within} {rule}\n" for rule in rules)
    colors = [
        f"svg{{{light}font-family:{FONTS};font-variant-numeric:tabular-nums}}",
        f"@media (prefers-color-scheme:dark){{svg{{{dark}}}}}",
    ]
    return "".join(f"{rule}\n" for rule in (*colors, *rules))


def _with_arrows(shapes: Iterable[Shape]) -> set[str]:
    return {shape.style for shape in shapes if isinstance(shape, Line) and shape.arrow}


def _look(style: Style, is_text: bool) -> str:
    fill = f"fill:var(--{style.fill})" if style.fill else "fill:none"
    if is_text:
        return f"{fill};font-size:{_number(style.size)}px" + (";font-weight:600" if style.bold else "")
    if style.opacity < 1:
        fill += f";fill-opacity:{style.opacity:g}"
    if not style.stroke:
        return fill
    return f"{fill};stroke:var(--{style.stroke});stroke-width:{_number(style.line_width)}"


def _shape(shape: Shape) -> str:
    if isinstance(shape, Words):
        side = "" if shape.anchor == "start" else f" {shape.anchor}"
        place = f'x="{_number(shape.x)}" y="{_number(shape.y)}"'
        return f'<text {place} class="{shape.style}{side}">{_escaped(shape.text)}</text>'
    if isinstance(shape, Circle):
        return (
            f'<circle cx="{_number(shape.x)}" cy="{_number(shape.y)}" r="{_number(shape.radius)}" '
            f'class="{shape.style}"/>'
        )
    if isinstance(shape, Box):
        name = f'id="{_escaped(shape.id)}" ' if shape.id else ""
        head = (
            f'<rect {name}x="{_number(shape.x)}" y="{_number(shape.y)}" width="{_number(shape.width)}" '
            f'height="{_number(shape.height)}" rx="{_number(shape.rounding)}" class="{shape.style}"'
        )
        return _titled(head, "rect", shape.title)
    return _titled(f'<path d="{path(shape)}" class="{shape.style}"', "path", shape.title) + _arrow(shape)


def _titled(head: str, tag: str, title: str) -> str:
    return f"{head}><title>{_escaped(title)}</title></{tag}>" if title else f"{head}/>"


def path(line: Line) -> str:
    """Return a line as the data of an SVG path."""
    return " ".join(_path(line))


def _path(line: Line) -> Iterator[str]:
    first, *_, last = line.points
    if line.arrow:
        last = _towards(last, line.points[-2], _ARROW - 1)
    yield f"M{_point(first)}"
    for before, corner, after in zip(line.points, line.points[1:], line.points[2:], strict=False):
        radius = min(line.radius, dist(before, corner) / 2, dist(corner, after) / 2)
        yield f"L{_point(_towards(corner, before, radius))}"
        if radius:
            yield f"Q{_point(corner)} {_point(_towards(corner, after, radius))}"
    yield f"L{_point(last)}"


def _arrow(line: Line) -> str:
    if not line.arrow:
        return ""
    before, tip = next(reversed(list(pairwise(line.points))))
    foot = _towards(tip, before, _ARROW)
    across = ((tip[1] - foot[1]) / 2.4, (foot[0] - tip[0]) / 2.4)
    corners = (tip, (foot[0] + across[0], foot[1] + across[1]), (foot[0] - across[0], foot[1] - across[1]))
    points = " ".join(map(_point, corners))
    return f'<polygon points="{points}" class="{line.style}-end"/>'


def _towards(start: Point, end: Point, length: float) -> Point:
    """Return the point at a distance from the start, on the way to the end."""
    whole = dist(start, end) or 1.0
    return start[0] + (end[0] - start[0]) * length / whole, start[1] + (end[1] - start[1]) * length / whole


def _point(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _number(value: float) -> str:
    """Return a number with at most one decimal."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")  # the addition makes 0 of -0


def _escaped(text: str) -> str:
    """Return a text for XML, in which the invisible and what no XML may hold is spelled out."""
    shown = escape_invisible(text)
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
