"""The formats of pictures, by the ending of their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from resnetgen.pictures import html, svg
from resnetgen.pictures.geometry import Picture

MARK = svg.MARK
"""The line by which a file that resnetgen has drawn is known."""

_PRINTERS: Mapping[str, Callable[[Picture], str]] = {
    svg.SUFFIX: svg.print_picture,
    html.SUFFIX: html.print_picture,
}

SUFFIXES = tuple(_PRINTERS)
"""The endings, that of the default format first."""


def printer(suffix: str) -> Callable[[Picture], str]:
    """Return the printer of a format.

    Args:
        suffix: one of `SUFFIXES`.
    """
    return _PRINTERS[suffix]
