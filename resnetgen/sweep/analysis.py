"""Statistics of scored candidates, as in the study of design spaces by Radosavovic et al.

They compare spaces by their error distribution functions (arXiv:1905.13214, section 3.2; arXiv:2003.13678, equation 1)
and find good ranges of a single choice by an empirical bootstrap (arXiv:2003.13678, section 3.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

RESAMPLES = 2_000
"""The number of resamples of a bootstrap."""

SHARE = 0.25
"""The share of the candidates that a resample has, as in the paper."""

COVERED = 0.95
"""The share of the resamples whose best values the interval holds."""

FEWEST = 8
"""The fewest candidates of which a quarter tells anything."""

Pair = tuple[float, float]


def distribution(scores: Sequence[float]) -> tuple[Pair, ...]:
    """Return the empirical distribution function: each score, and the share of candidates at or below it.

    Args:
        scores: the scores, of which a smaller one is better.

    Example:
        >>> distribution([3.0, 1.0, 2.0, 2.0])
        ((1.0, 0.25), (2.0, 0.75), (3.0, 1.0))
    """
    ordered = sorted(scores)
    shares = {score: number / len(ordered) for number, score in enumerate(ordered, 1)}
    return tuple(shares.items())


def front(points: Sequence[Pair]) -> tuple[Pair, ...]:
    """Return the points that no other is at most as large as along both axes, in the order of the first.

    Example:
        >>> front([(1, 5), (2, 3), (3, 4), (4, 1)])
        ((1, 5), (2, 3), (4, 1))
    """
    found: list[Pair] = []
    for point in sorted(set(points)):
        if not found or point[1] < found[-1][1]:
            found.append(point)
    return tuple(found)


class Best(NamedTuple):
    """The values of a choice that the best candidates have: the middle of the resamples, and an interval."""

    median: float
    low: float
    high: float


def best_values(values: Sequence[float], scores: Sequence[float], seed: int = 0) -> Best | None:
    """Return the values of a choice at which the best candidates are, by an empirical bootstrap.

    A quarter of the candidates is drawn with replacement, and the value of the best of them noted, again and again.

    Args:
        values: the value of the choice for each candidate.
        scores: the score of each, of which a smaller one is better.
        seed: the seed of the bootstrap.

    Returns:
        The median of the noted values, and the ends between which 95 % of them lie; None for too few candidates.
    """
    if len(values) < FEWEST:
        return None
    rng = Random(f"bootstrap:{seed}")
    pairs = list(zip(scores, values, strict=True))
    count = max(1, round(SHARE * len(pairs)))
    noted = sorted(min(pairs[int(rng.random() * len(pairs))] for _ in range(count))[1] for _ in range(RESAMPLES))
    tail = (1 - COVERED) / 2
    ends = (noted[round(share * (RESAMPLES - 1))] for share in (0.5, tail, 1 - tail))
    return Best(*ends)
