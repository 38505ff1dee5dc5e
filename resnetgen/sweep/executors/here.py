"""Trials in this process, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resnetgen.sweep.attempt import attempts
from resnetgen.sweep.executors import Resources
from resnetgen.sweep.scores import Score
from resnetgen.sweep.trial import Outcome, Trial


def require() -> None:
    """Python alone is needed."""


def run_trials(trials: Sequence[Trial], score: Score, resources: Resources) -> Iterator[Outcome]:
    """Run the trials in their order."""
    for trial in trials:
        yield attempts(score, trial, resources.retries)
