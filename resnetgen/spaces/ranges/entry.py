"""The parts that the readers of ranges share: checks of keys and of numbers, with faults at their places."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from math import isfinite
from typing import Any, TypeGuard

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.diagnostics.suggestions import closest, did_you_mean
from resnetgen.errors import SpaceError
from resnetgen.schema.fields import kind
from resnetgen.source.unambiguous import replacement, unambiguous_match

MOST_VALUES = 10_000
"""The most values of a range."""


def fault(code: str, message: str, at: Path, help: str = "", part: Part = Part.VALUE) -> SpaceError:
    """Return the error for a fault at a path of a space."""
    return SpaceError((Fault(code, message, Place(at, part), help=help),))


class Faults:
    """Collects what is wrong with a range: `with faults.collected(): ...` for each part of it that may be wrong."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Keep the faults of a part."""
        try:
            yield
        except SpaceError as error:
            self._found.extend(error.faults)

    def raise_found(self) -> None:
        """Raise what was collected.

        Raises:
            SpaceError: there is something.
        """
        if self._found:
            raise SpaceError(tuple(self._found))


def check_keys(
    written: dict[str, Any], at: Path, known: Collection[str], needed: Collection[str] = (), what: str = "range"
) -> None:
    """Check the keys of a range.

    Args:
        written: its data.
        at: its path.
        known: its keys.
        needed: those that it must have.
        what: the name of such a mapping.

    Raises:
        SpaceError: keys are unknown or missing.
    """
    unknown = [key for key in written if key not in known]
    found = [_unknown_key(key, at, known, what) for key in unknown]
    meant = {closest(key, known) for key in unknown}
    missing = [f"`{key}`" for key in needed if key not in written and key not in meant]
    if missing:
        keys = f"key{'' if len(missing) == 1 else 's'} {', '.join(missing)}"
        found.append(Fault("RG202", f"the {what} needs the {keys}", Place(at, Part.KEY)))
    if found:
        raise SpaceError(tuple(found))


def _unknown_key(key: str, at: Path, known: Collection[str], what: str) -> Fault:
    place = Place((*at, key), Part.KEY)
    message = f"unknown key `{key[:60]}` of a {what}{did_you_mean(key, known)}"
    fix = replacement(place, unambiguous_match(key, known))
    return Fault("RG201", message, place, help=f"the keys of this {what} are {', '.join(known)}", fix=fix)


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def is_name(value: object) -> TypeGuard[str]:
    """Tell whether a value can name a range."""
    return isinstance(value, str) and value.isidentifier() and value.isascii()


def name_of(written: dict[str, Any], at: Path) -> str:
    """Return the name under `as`; empty without one.

    Raises:
        SpaceError: it is no name.
    """
    name = written.get("as", "")
    if "as" in written and not is_name(name):
        help = "a name has letters, digits and `_`, such as w1"
        raise fault("RG203", f"`as` must be a name, not {kind(name)}", (*at, "as"), help)
    return str(name)


def names_in(value: object, at: Path) -> tuple[str, ...]:
    """Return a list of at least one name.

    Raises:
        SpaceError: the value is something else.
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
