"""Monotone values: several numbers drawn together so that none is less than the one before it.

They are distributed as if each were drawn by itself, again and again until they increase. Nothing is drawn in vain:
the probability of each first number is that of all sequences which begin with it, and so on from there.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Any

from resnetgen.frozen import FrozenIdentity
from resnetgen.spaces.ranges.values import Discrete


class Increasing(FrozenIdentity):
    """Ranges whose numbers increase. `values` are each one's in order; `sums`, the sums of their weights so far.

    A weight is that of the number times those of all ways to go on from it.
    """

    names: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    sums: tuple[tuple[float, ...], ...]

    def count(self) -> int:
        """Return the number of sequences, of which each number is one of the values and none is less than before."""
        ways: dict[Any, int] = {}
        for values in self.values:
            before = ways
            ways = {each: sum(n for least, n in before.items() if least <= each) if before else 1 for each in values}
        return sum(ways.values())

    def draw(self, rng: Random) -> list[object]:
        """Draw a number for each range."""
        drawn: list[Any] = []
        for values, sums in zip(self.values, self.sums, strict=True):
            first = bisect_left(values, drawn[-1]) if drawn else 0
            below = sums[first - 1] if first else 0.0
            index = bisect_right(sums, below + rng.random() * (sums[-1] - below))
            drawn.append(values[min(index, _last(sums))])
        return drawn


def increasing(ranges: Sequence[Discrete]) -> Increasing | None:
    """Return ranges of numbers as one; None if no numbers of theirs increase."""
    values: list[tuple[Any, ...]] = []
    all_sums: list[tuple[float, ...]] = []
    for each in reversed(ranges):
        numbers: Sequence[Any] = each.values
        weights = each.weights or (1.0,) * len(numbers)
        pairs = sorted(zip(numbers, weights, strict=True))
        own = tuple(number for number, _ in pairs)
        after = [_rest(values[-1], all_sums[-1], number) for number in own] if values else [1.0] * len(own)
        most = max(weight * rest for (_, weight), rest in zip(pairs, after, strict=True))
        if most == 0:
            return None
        values.append(own)
        all_sums.append(tuple(accumulate(weight * rest / most for (_, weight), rest in zip(pairs, after, strict=True))))
    return Increasing(tuple(each.name for each in ranges), tuple(reversed(values)), tuple(reversed(all_sums)))


def _rest(values: tuple[Any, ...], sums: tuple[float, ...], least: Any) -> float:
    """Return the weight of the values that are at least some number."""
    first = bisect_left(values, least)
    if first == len(values):
        return 0.0
    return sums[-1] - (sums[first - 1] if first else 0.0)


def _last(sums: tuple[float, ...]) -> int:
    """Return the index of the last value with a weight above 0."""
    return bisect_left(sums, sums[-1])
