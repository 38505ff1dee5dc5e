"""What a check found."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

MAX_SHOWN = 3
"""So many differences are told of each check; the others are counted."""


class State(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Verdict(NamedTuple):
    """How a check ended; `detail` has the figures, what is wrong, or why it did not run. `memory`: it ran out of it."""

    state: State
    detail: str
    memory: bool = False


def passed(detail: str) -> Verdict:
    """All is as it should be; in figures."""
    return Verdict(State.PASSED, detail)


def failed(detail: str, *, memory: bool = False) -> Verdict:
    """Something is not as it should be, or could not be done."""
    return Verdict(State.FAILED, detail, memory)


def skipped(reason: str) -> Verdict:
    """There is nothing to be checked here, or no way to check it."""
    return Verdict(State.SKIPPED, reason)


def from_differences(differences: Iterable[str], detail: str) -> Verdict:
    """Passed where there are no differences; otherwise the first of them, and how many more there are."""
    found = iter(differences)
    first = list(islice(found, MAX_SHOWN))
    if not first:
        return passed(detail)
    more = sum(1 for _ in found)
    return failed("; ".join(first) + (f"; and {more} more" if more else ""))
