"""Values as HTML, for notebooks.

A class cannot import the code that draws its values, which imports the class. So it looks up a function here, which
`notebook.py` registers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")

_DRAWN: dict[type, Callable[[Any], str]] = {}


def draws(kind: type[_T], draw: Callable[[_T], str]) -> None:
    """Let a function draw the values of a class.

    Args:
        kind: the class.
        draw: returns a value as HTML.
    """
    _DRAWN[kind] = draw


def html(value: object) -> str | None:
    """Return a value as HTML, or None, with which a notebook shows the text of it instead."""
    draw = _DRAWN.get(type(value))
    return None if draw is None else draw(value)
