"""Two rows of spans, laid over each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

_T = TypeVar("_T")


class Interval(NamedTuple, Generic[_T]):
    """`repeat` things from number `first` on that are all `value`."""

    first: int
    repeat: int
    value: _T


class Overlap(NamedTuple, Generic[_T]):
    """`repeat` numbers from `first` on, and what stands there before and after; None for nothing."""

    first: int
    repeat: int
    before: _T | None
    after: _T | None


def overlaps(before: Sequence[Interval[_T]], after: Sequence[Interval[_T]]) -> Iterator[Overlap[_T]]:
    """Each stretch on which neither side changes; within a side, spans are in order and none overlaps another."""
    edges = sorted({edge for span in (*before, *after) for edge in (span.first, span.first + span.repeat)})
    one, other = _Side(before), _Side(after)
    for first, end in pairwise(edges):
        was, becomes = one.at(first), other.at(first)
        if was is not None or becomes is not None:
            yield Overlap(first, end - first, was, becomes)


class _Side(Generic[_T]):
    def __init__(self, spans: Sequence[Interval[_T]]) -> None:
        self.spans = spans
        self.starts = [span.first for span in spans]

    def at(self, number: int) -> _T | None:
        index = bisect_right(self.starts, number) - 1
        if index < 0:
            return None
        span = self.spans[index]
        return span.value if number < span.first + span.repeat else None
