"""One attempt at a trial, and what becomes of one that fails."""

from __future__ import annotations

import time
from math import isfinite

from resnetgen.sweep.scores import Score
from resnetgen.sweep.trial import Outcome, Report, Scored, ScoreFailed, Trial, no_report


def attempt(score: Score, trial: Trial, report: Report = no_report) -> Outcome:
    """Score a trial once. It has no result if the score fails or is no finite number; other figures may be missing.

    Raises:
        Pruned: the report did not want the rest.
    """
    start = time.monotonic()
    try:
        found = score(trial, report)
        if not isfinite(found.score):
            raise ScoreFailed(f"the score is {found.score}")
    except ScoreFailed as error:
        return Outcome(trial.name, None, str(error), seconds=time.monotonic() - start)
    figures = {name: value for name, value in found.figures.items() if isfinite(value)}
    return Outcome(trial.name, Scored(found.score, figures), seconds=time.monotonic() - start)


def attempts(score: Score, trial: Trial, retries: int, report: Report = no_report) -> Outcome:
    """Score a trial until it has a result, at most `retries` times more than once.

    Raises:
        Pruned: the report did not want the rest.
    """
    for number in range(1, retries + 2):
        outcome = attempt(score, trial, report)._replace(attempts=number)
        if outcome.scored is not None:
            break
    return outcome
