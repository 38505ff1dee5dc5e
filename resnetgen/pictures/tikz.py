"""Pictures as TikZ: a standalone document of LaTeX with the geometry of the SVG, in the light set of colours.

A pixel is 7/12 pt, so that words are 7 pt high, and there is no ground.
"""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.pictures.drawing import Drawing
from resnetgen.pictures.formats import MARK
from resnetgen.pictures.geometry import Box, Circle, Picture, Point, Shape, Words
from resnetgen.pictures.style import COLORS, STYLES, Style
from resnetgen.unicode import escape_invisible

SCALE = 7 / 12
"""Points per pixel."""

_SIGNS = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "×": r"\ensuremath{\times}",
    "→": r"\ensuremath{\to}",
    "·": r"\textperiodcentered{}",
    "…": r"\dots{}",
    "≠": r"\ensuremath{\neq}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
}

_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}

_HEAD = r"""\documentclass[tikz,border=0pt]{standalone}
\usepackage[T1]{fontenc}
\usepackage{helvet}
\usetikzlibrary{arrows.meta}"""


def print_drawing(drawing: Drawing) -> str:
    """Return the text of a LaTeX file."""
    return print_picture(drawing.picture())


def print_picture(picture: Picture) -> str:
    """Return a picture as a document of one page."""
    used = sorted({shape.style for shape in picture.shapes})
    colors = sorted({name for style in used for name in (STYLES[style].fill, STYLES[style].stroke) if name})
    lines = [
        f"% {MARK}",
        f"% {escape_invisible(picture.title)}",
        _HEAD,
        *(rf"\definecolor{{{name}}}{{HTML}}{{{COLORS[name][0].removeprefix('#').upper()}}}" for name in colors),
        r"\begin{document}",
        rf"\begin{{tikzpicture}}[x={SCALE:.6f}pt, y=-{SCALE:.6f}pt, inner sep=0pt, outer sep=0pt,",
        r"  >={Stealth[length=4pt, width=3.6pt]}, font=\sffamily]",
        rf"\useasboundingbox (0,0) rectangle {_point((picture.width, picture.height))};",
        *(line for shape in picture.shapes for line in _shape(shape)),
        r"\end{tikzpicture}",
        r"\end{document}",
    ]
    return "\n".join(lines) + "\n"


def _shape(shape: Shape) -> Iterator[str]:
    look = STYLES[shape.style]
    if isinstance(shape, Words):
        size = look.size * SCALE
        weight = r"\bfseries" if look.bold else ""
        font = rf"\fontsize{{{size:.2f}}}{{{1.2 * size:.2f}}}\selectfont{weight}"
        yield (
            rf"\node[anchor={_ANCHORS[shape.anchor]}, text={look.fill}, font=\sffamily{font}] "
            rf"at {_point((shape.x, shape.y))} {{{_escaped(shape.text)}}};"
        )
    elif isinstance(shape, Circle):
        yield rf"\path[{_look(look)}] {_point((shape.x, shape.y))} circle[radius={shape.radius * SCALE:.2f}pt];"
    elif isinstance(shape, Box):
        corner = (shape.x + shape.width, shape.y + shape.height)
        rounding = f", rounded corners={min(shape.rounding, shape.width / 2, shape.height / 2) * SCALE:.2f}pt"
        yield rf"\path[{_look(look)}{rounding}] {_point((shape.x, shape.y))} rectangle {_point(corner)};"
    else:
        arrow = ", ->" if shape.arrow else ""
        rounding = f", rounded corners={shape.radius * SCALE:.2f}pt" if shape.radius else ""
        yield rf"\path[{_look(look)}{arrow}{rounding}] {' -- '.join(map(_point, shape.points))};"


def _look(style: Style) -> str:
    """Return the options of a path."""
    fill = f"fill={style.fill}" if style.fill else ""
    if style.opacity < 1:
        fill += f", fill opacity={style.opacity:g}"
    stroke = f"draw={style.stroke}, line width={style.line_width * SCALE:.2f}pt" if style.stroke else ""
    return ", ".join(filter(None, (fill, stroke)))


def _point(point: Point) -> str:
    x, y = (f"{round(value, 1) + 0.0:.1f}".removesuffix(".0") for value in point)
    return f"({x},{y})"


def _escaped(text: str) -> str:
    """Return a text for LaTeX with its special characters escaped; one that the fonts lack becomes its number."""
    return "".join(
        _SIGNS.get(each) or (each if each.isascii() else f"U+{ord(each):04X}") for each in escape_invisible(text)
    )
