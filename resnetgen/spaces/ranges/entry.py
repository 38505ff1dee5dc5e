"""The parts that the readers of ranges share: checks of keys and of numbers, with faults at their places."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import isfinite
from typing import Any, TypeGuard

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.diagnostics.suggestions import any_of, did_you_mean
from resnetgen.errors import FaultError
from resnetgen.schema.fields import kind
from resnetgen.source.unambiguous import replacement, unambiguous_match

MOST_VALUES = 10_000
"""The most values of a range."""


def fault(code: str, message: str, at: Path, help: str = "", part: Part = Part.VALUE) -> FaultError:
    """Return the error for a fault at a path of a space."""
    return FaultError(Fault(code, message, Place(at, part), help=help))


def check_keys(written: dict[str, Any], at: Path, known: Collection[str]) -> None:
    """Check the keys of a range.

    Raises:
        FaultError: a key is unknown.
    """
    for key in written:
        if key not in known:
            place = Place((*at, key), Part.KEY)
            message = f"unknown key `{key[:60]}` of a range{did_you_mean(key, known)}"
            help = f"such a range has {any_of(known)}; remove what belongs to the value"
            fix = replacement(place, unambiguous_match(key, known))
            raise FaultError(Fault("RG201", message, place, help=help, fix=fix))


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def is_name(value: object) -> TypeGuard[str]:
    """Tell whether a value can name a range."""
    return isinstance(value, str) and value.isidentifier() and value.isascii()


def name_of(written: dict[str, Any], at: Path) -> str:
    """Return the name under `as`; empty without one.

    Raises:
        FaultError: it is no name.
    """
    name = written.get("as", "")
    if "as" in written and not is_name(name):
        help = "a name has letters, digits and `_`, such as w1"
        raise fault("RG203", f"`as` must be a name, not {kind(name)}", (*at, "as"), help)
    return str(name)


def names_in(value: object, at: Path) -> tuple[str, ...]:
    """Return a list of at least one name.

    Raises:
        FaultError: the value is something else.
    """
    if not isinstance(value, list) or not value:
        raise fault("RG203", f"`{at[-1]}` must be a list of names", at)
    for index, each in enumerate(value):
        if not is_name(each):
            raise fault("RG203", f"item {index + 1} must be a name, not {kind(each)}", (*at, index))
    return tuple(value)


def first_repeated(names: Iterable[str]) -> str:
    """Return the first name that occurs twice; empty if none does."""
    seen: set[str] = set()
    return next((name for name in names if name in seen or seen.add(name)), "")  # type: ignore[func-returns-value]
