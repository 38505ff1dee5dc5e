"""Pictures as PNG: the SVG with the light set of colours, drawn by resvg with the fonts of the system."""

from __future__ import annotations

import re
from zlib import crc32

from resnetgen.errors import RunError
from resnetgen.installation import install_command
from resnetgen.pictures import svg
from resnetgen.pictures.formats import MARK
from resnetgen.pictures.geometry import Picture
from resnetgen.pictures.style import COLORS, FONTS

_ZOOM = 2
"""Pixels of the image for each of the picture, so that it is sharp on paper and on dense screens."""

_HEADER = 33
"""The bytes of a PNG up to the end of its first chunk, the header."""


def print_picture(picture: Picture) -> bytes:
    """Return the content of a PNG file.

    Args:
        picture: the picture.

    Raises:
        RunError: resvg is not installed.
    """
    try:
        from resvg_py import svg_to_bytes
    except ModuleNotFoundError as error:
        if error.name != "resvg_py":
            raise
        raise RunError("a PNG file needs resvg-py, which is not installed", install_command("png"), "RG801") from None
    return _marked(bytes(svg_to_bytes(svg_string=_with_plain_colors(svg.print_picture(picture)), zoom=_ZOOM)))


def _marked(image: bytes) -> bytes:
    """Return a PNG with `MARK` as a text chunk behind its header (the PNG specification, 11.3.4.3)."""
    content = b"tEXt" + b"Software\0" + MARK.encode()
    chunk = (len(content) - 4).to_bytes(4, "big") + content + crc32(content).to_bytes(4, "big")
    return image[:_HEADER] + chunk + image[_HEADER:]


def _with_plain_colors(text: str) -> str:
    """Return an SVG without variables and conditions in its style, which resvg does not know."""
    text = text.replace(FONTS, f'{FONTS.removesuffix("sans-serif")}"Liberation Sans", "DejaVu Sans", sans-serif')
    without = re.sub(r"^@media.*\n", "", text, flags=re.MULTILINE)
    without = re.sub(r"--[a-z-]+:[^;]+;", "", without)
    return re.sub(r"var\(--([a-z-]+)\)", lambda name: COLORS[name[1]][0], without)
