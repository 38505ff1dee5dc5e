"""The formats of pictures, by the ending of their files. Each is a module that is imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from resnetgen.pictures.drawing import Drawing

MARK = "Drawn by resnetgen."
"""The words in a comment of each file by which resnetgen recognizes a file that it drew."""

FORMATS = {".svg": "svg", ".html": "html", ".mmd": "mermaid", ".dot": "dot", ".tex": "tikz"}
"""The modules in this folder that print a format, by the ending of its files. The first is the default."""


def printer(suffix: str) -> Callable[[Drawing], str]:
    """Return the printer of a format.

    Args:
        suffix: a key of `FORMATS`.
    """
    found: Callable[[Drawing], str] = import_module(f"resnetgen.pictures.{FORMATS[suffix]}").print_drawing
    return found
