"""The types of options: each is a parser for `typer.Option`, with a message in plain words.

Typer's own messages differ between versions, and some have names of Python's types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import typer

_Choice = TypeVar("_Choice", bound=str)


def whole_numbers(least: int) -> Callable[[str | int], int]:
    """Return a parser for whole numbers from one on; typer also passes the default to it."""

    def whole_number(text: str | int) -> int:
        try:
            number = int(text)
        except ValueError:
            raise typer.BadParameter(f"{text!r} is not a whole number") from None
        if number < least:
            raise typer.BadParameter(f"{number} is less than {least}")
        return number

    return whole_number


whole_number = whole_numbers(1)
"""Parse a whole number of at least 1."""


def fraction(text: str | float) -> float:
    """Parse a number of at least 0; typer also passes the default here.

    Raises:
        typer.BadParameter: the text is no such number.
    """
    try:
        number = float(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a number") from None
    if not number >= 0:  # which NaN is not either
        raise typer.BadParameter(f"{number:g} is less than 0")
    return number


def one_of(names: Iterable[_Choice]) -> Callable[[str], _Choice]:
    """Return a parser for one of some names, or for the members of an enumeration."""
    choices = {str(name): name for name in names}

    def choice(text: str) -> _Choice:
        if text not in choices:
            raise typer.BadParameter(f"{text!r} is not one of {', '.join(map(repr, choices))}.")
        return choices[text]

    return choice
