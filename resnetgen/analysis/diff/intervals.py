"""Compare two sequences of intervals."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

_T = TypeVar("_T")


class Interval(NamedTuple, Generic[_T]):
    """`repeat` numbers from `first` on with the same value."""

    first: int
    repeat: int
    value: _T


class Overlap(NamedTuple, Generic[_T]):
    """`repeat` numbers from `first` on, and their values before and after; None where there is none."""

    first: int
    repeat: int
    before: _T | None
    after: _T | None


def overlaps(before: Sequence[Interval[_T]], after: Sequence[Interval[_T]]) -> Iterator[Overlap[_T]]:
    """Yield each range on which neither side changes. The intervals of a side are sorted and disjoint."""
    edges = sorted({edge for span in (*before, *after) for edge in (span.first, span.first + span.repeat)})
    left, right = _Side(before), _Side(after)
    for first, end in pairwise(edges):
        before_value, after_value = left.at(first), right.at(first)
        if before_value is not None or after_value is not None:
            yield Overlap(first, end - first, before_value, after_value)


class _Side(Generic[_T]):
    """Looks up the value of a number in sorted intervals."""

    def __init__(self, spans: Sequence[Interval[_T]]) -> None:
        self.spans = spans
        self.starts = [span.first for span in spans]

    def at(self, number: int) -> _T | None:
        index = bisect_right(self.starts, number) - 1
        if index < 0:
            return None
        span = self.spans[index]
        return span.value if number < span.first + span.repeat else None
