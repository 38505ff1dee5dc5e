"""Constraints on the figures of candidates, as `constraints` of a space has them: `macs: 350M..450M`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.diagnostics.suggestions import any_of, did_you_mean
from resnetgen.errors import SpaceError
from resnetgen.frozen import FrozenIdentity
from resnetgen.schema.fields import kind
from resnetgen.schema.number_range import Range, parse
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.spaces.figures import FIGURES, Figures
from resnetgen.spaces.ranges.entry import fault, names_in

INCREASING = "increasing"
"""The constraint that is no figure's: names of ranges whose values increase."""

MEANING = "Names of ranges, or several lists of them: none of these numbers is less than the one before."
"""The meaning of that constraint."""

AT: Path = ("constraints",)
"""The path of the constraints of a space."""


def figure_meaning(figure: str) -> str:
    """Return the meaning of the constraint on a figure."""
    return f"Bounds on {FIGURES[figure].meaning}: a range such as `{FIGURES[figure].example}`, or one whole number."


class Constraint(FrozenIdentity):
    """The range of a figure, and how it is written."""

    figure: str
    range: Range
    written: str

    def allows(self, figures: Figures) -> bool:
        """Tell whether the figures of a network satisfy the constraint; a receptive field must along every axis."""
        value = figures[self.figure]
        return all(each in self.range for each in (value if isinstance(value, list) else [value]))


def read_constraints(written: object, faults: list[Fault]) -> list[Constraint]:
    """Read the constraints on figures; faults are added to the list."""
    if not isinstance(written, dict):
        faults.append(Fault("RG203", f"`constraints` must be a mapping, not {kind(written)}", Place(AT)))
        return []
    found = []
    for key, value in written.items():
        try:
            if key != INCREASING:
                found.append(_constraint(key, value))
        except SpaceError as error:
            faults.extend(error.faults)
    return found


def increasing_names(written: dict[str, Any]) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield the names of the ranges that increase, one list of them or several, with its path.

    Raises:
        SpaceError: a list of names is something else.
    """
    value, at = written.get(INCREASING), (*AT, INCREASING)
    if INCREASING not in written:
        return
    several = isinstance(value, list) and all(isinstance(each, list) for each in value)
    lists = enumerate(value) if several and isinstance(value, list) else [(None, value)]
    for index, each in lists:
        path = at if index is None else (*at, index)
        yield path, names_in(each, path)


def _constraint(key: str, value: object) -> Constraint:
    at = (*AT, key)
    if key not in FIGURES:
        known = (*FIGURES, INCREASING)
        message = f"unknown constraint `{key[:60]}`{did_you_mean(key, known)}"
        fix = replacement(Place(at, Part.KEY), unambiguous_match(key, known))
        raise SpaceError((Fault("RG201", message, Place(at, Part.KEY), help=f"use {any_of(known)}", fix=fix),))
    if type(value) is int and value >= 0:
        return Constraint(key, parse(f"{value}..{value}"), str(value))
    if not isinstance(value, str):
        raise fault("RG203", f"`{key}` must be a range such as {FIGURES[key].example}, not {kind(value)}", at)
    try:
        return Constraint(key, parse(value, FIGURES[key].units), value)
    except ValueError as error:
        raise fault("RG204", str(error), at) from None
