"""The results of an experiment: those of each network, for each seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Epoch(NamedTuple):
    """The figures of one epoch, as a line of `metrics.jsonl` has them.

    Attributes:
        epoch: Its number, from 1.
        loss: The mean training loss of its steps, each before the step was made.
        error: The share of its training images that were classified wrongly, as augmented.
        test_loss: The mean loss of the test images after it.
        test_error: The share of the test images that are classified wrongly after it.
        rate: The learning rate of its last step.
    """

    epoch: int
    loss: float
    error: float
    test_loss: float
    test_error: float
    rate: float


class TrialResult(NamedTuple):
    """The result of training a network once.

    Attributes:
        seed: The seed.
        epochs: The epochs that were completed.
        diverged: Why the training was stopped early; empty if it was not.
        measured: What each measurement has found, by its name.
    """

    seed: int
    epochs: tuple[Epoch, ...]
    diverged: str = ""
    measured: Mapping[str, Any] = {}


class NetworkResult(NamedTuple):
    """The results of a network.

    Attributes:
        name: Its name in the experiment.
        is_residual: Whether a block of it adds a shortcut.
        depth: Its weighted layers, as in names: 20 for ResNet-20.
        trials: Those that have results, in the order of the seeds.
    """

    name: str
    is_residual: bool
    depth: int
    trials: tuple[TrialResult, ...]

    @property
    def has_diverged(self) -> bool:
        """Tell if some training of it was stopped early."""
        return any(trial.diverged for trial in self.trials)

    def last(self, figure: str) -> Interval:
        """Return a figure of the last epochs, over the seeds.

        Args:
            figure: a field of `Epoch`.
        """
        return interval([getattr(trial.epochs[-1], figure) for trial in self.trials if trial.epochs])


class Interval(NamedTuple):
    """The least, the mean and the greatest of some values; NaN where there are none."""

    low: float
    mean: float
    high: float

    def is_above(self, other: Interval) -> bool:
        """Tell whether every value is greater than every one of another interval."""
        return self.low > other.high

    def text(self, digits: int = 3) -> str:
        """Return the mean, and the ends in brackets: `0.12 [0.1, 0.15]`."""
        low, mean, high = (rounded(value, digits) for value in self)
        return f"{mean} [{low}, {high}]"


def rounded(value: float, digits: int = 3) -> str:
    """Return a number to some digits.

    Example:
        >>> rounded(55_321.0), rounded(0.01234)
        ('55,300', '0.0123')
    """
    return f"{float(f'{value:.{digits}g}'):,.10g}"


def interval(values: Sequence[float]) -> Interval:
    """Return the interval of some values.

    Example:
        >>> interval([3.0, 1.0, 2.0])
        Interval(low=1.0, mean=2.0, high=3.0)
    """
    if not values:
        return Interval(float("nan"), float("nan"), float("nan"))
    return Interval(min(values), sum(values) / len(values), max(values))
