"""The choices of a space: its ranges, each with the value that a candidate has there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.spaces.ranges.values import Continuous, Discrete
from resnetgen.spaces.space import Space


class Choice(NamedTuple):
    """A range of a space: its path, a label, and its values; a continuous one has no values."""

    path: Path
    label: str
    values: Sequence[object]
    is_number: bool
    is_logarithmic: bool = False


def choices(space: Space) -> tuple[Choice, ...]:
    """Return the ranges of a space from which candidates are drawn, in its order."""
    return tuple(_choices(space))


def _choices(space: Space) -> Iterator[Choice]:
    for path, each in space.ranges.items():
        label = ".".join(map(str, path))
        if isinstance(each, Continuous):
            yield Choice(path, label, (), True, each.is_log)
        elif isinstance(each, Discrete):
            yield Choice(path, label, each.values, each.bounds() is not None, each.weights is not None)
