"""The result of a check."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

MAX_SHOWN = 3
"""The number of differences that a verdict shows; the others are counted."""


class State(StrEnum):
    """The outcome of a check."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Verdict(NamedTuple):
    """The result of a check; `detail` holds figures, the fault, or why it was skipped. `memory`: out of memory."""

    state: State
    detail: str
    memory: bool = False


def passed(detail: str) -> Verdict:
    """Return a passed verdict, with its figures.

    Args:
        detail: the figures.
    """
    return Verdict(State.PASSED, detail)


def failed(detail: str, *, memory: bool = False) -> Verdict:
    """Return a failed verdict, with the reason."""
    return Verdict(State.FAILED, detail, memory)


def skipped(reason: str) -> Verdict:
    """Return a skipped verdict, with the reason.

    Args:
        reason: the reason, such as a missing package.
    """
    return Verdict(State.SKIPPED, reason)


def from_differences(differences: Iterable[str], detail: str) -> Verdict:
    """Return a passed verdict without differences, else a failed one with the first of them and a count."""
    found = iter(differences)
    first = list(islice(found, MAX_SHOWN))
    if not first:
        return passed(detail)
    more = sum(1 for _ in found)
    return failed("; ".join(first) + (f"; and {more} more" if more else ""))
