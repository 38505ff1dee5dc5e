"""Sets of values with a probability for each, from which one is drawn."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from random import Random

from resnetgen.frozen import FrozenIdentity

# Only `Random.random` is called, since Python promises only of it that a seed gives the same numbers in every version.


class Discrete(FrozenIdentity):
    """Some values, each with its weight; without weights, all are equally probable."""

    name: str
    values: Sequence[object]
    weights: tuple[float, ...] | None = None

    def draw(self, rng: Random) -> object:
        """Draw a value."""
        if self.weights is None:
            return self.values[int(rng.random() * len(self.values))]
        sums = self._sums
        return self.values[min(bisect_right(sums, rng.random() * sums[-1]), len(sums) - 1)]

    def count(self) -> int:
        """Return the number of different values."""
        return len(set(map(repr, self.values)))

    @cached_property
    def _sums(self) -> list[float]:
        return list(accumulate(self.weights or ()))

    def bounds(self) -> tuple[float, float] | None:
        """Return the least and the greatest value; None if not all are numbers."""
        numbers = [each for each in self.values if isinstance(each, int | float) and not isinstance(each, bool)]
        return (min(numbers), max(numbers)) if len(numbers) == len(self.values) else None


class Continuous(FrozenIdentity):
    """The numbers between two, uniform in the number or, on a logarithmic scale, in its logarithm."""

    name: str
    low: float
    high: float
    is_log: bool = False

    def draw(self, rng: Random) -> float:
        """Draw a number, of six significant digits."""
        share = rng.random()
        exact = self.low * (self.high / self.low) ** share if self.is_log else self.low + (self.high - self.low) * share
        return min(max(float(f"{exact:.6g}"), self.low), self.high)

    def bounds(self) -> tuple[float, float]:
        """Return the ends."""
        return self.low, self.high
