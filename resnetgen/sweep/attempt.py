"""One attempt at a trial, and what becomes of one that fails."""

from __future__ import annotations

import time
from math import isfinite

from resnetgen.sweep.scores import Score
from resnetgen.sweep.trial import PRUNED, Outcome, Pruned, Scored, ScoreFailed, Trial


def attempt(score: Score, trial: Trial) -> Outcome:
    """Score a trial once; other figures may be missing.

    It has no result if the score fails or is no finite number, or if the report of the trial does not want the rest.
    """
    start = time.monotonic()
    try:
        found = score(trial, trial.report)
        if not isfinite(found.score):
            raise ScoreFailed(f"the score is {found.score}")
    except ScoreFailed as error:
        return Outcome(trial.name, None, str(error), seconds=time.monotonic() - start)
    except Pruned:
        return Outcome(trial.name, None, PRUNED, seconds=time.monotonic() - start)
    figures = {name: value for name, value in found.figures.items() if isfinite(value)}
    return Outcome(trial.name, Scored(found.score, figures), seconds=time.monotonic() - start)


def attempts(score: Score, trial: Trial, retries: int) -> Outcome:
    """Score a trial until it has a result, at most `retries` times more than once."""
    for number in range(1, retries + 2):
        outcome = attempt(score, trial)._replace(attempts=number)
        if outcome.is_final:
            break
    return outcome
