"""Pictures as an HTML page: the SVG within a document that needs nothing else."""

from __future__ import annotations

from html import escape

from resnetgen.pictures import svg
from resnetgen.pictures.drawing import Drawing
from resnetgen.pictures.geometry import Picture
from resnetgen.pictures.style import COLORS
from resnetgen.unicode import escape_invisible

_SMALLEST = 0.8
"""The smallest scale of a picture: in a narrower window it scrolls, so that its words stay readable."""

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ margin: 0; background: {light}; }}
svg {{ display: block; width: 100%; min-width: {least}px; max-width: {width}px; height: auto; margin: 0 auto; }}
@media (prefers-color-scheme: dark) {{ body {{ background: {dark}; }} }}
</style>
</head>
<body>
{picture}</body>
</html>
"""


def print_drawing(drawing: Drawing) -> str:
    """Return the text of the file of a drawing."""
    return print_picture(drawing.picture())


def print_picture(picture: Picture) -> str:
    """Return the text of an HTML page."""
    light, dark = COLORS["ground"]
    title = escape(escape_invisible(picture.title))
    return _PAGE.format(
        title=title,
        light=light,
        dark=dark,
        width=round(picture.width),
        least=round(_SMALLEST * picture.width),
        picture=svg.print_picture(picture),
    )
