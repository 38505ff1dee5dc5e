"""The trials of `resnetgen sweep --score`: those that have no result yet are run, and recorded as they end."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing

import typer

from resnetgen.cli.output import print_note
from resnetgen.cli.progress import with_progress
from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, Text
from resnetgen.diagnostics.terminal import escape
from resnetgen.number_format import pluralize
from resnetgen.sweep.executors import Resources, run_trials
from resnetgen.sweep.scores import Score, make_score
from resnetgen.sweep.trial import PRUNED, Outcome, Trial
from resnetgen.sweep.trial_log import NAME, LogError, TrialLog

_MOST_SHOWN = 3
"""The most failed trials whose reasons are shown."""

_BY_HAND = (
    "try the score on the file of this candidate alone; a command gets its path in place of {spec}, or at its end"
)


def score_of(written: str) -> Score:
    """Return the score that an option asks for.

    Raises:
        typer.BadParameter: no score is written like this.
        SpecError: the experiment that it names is wrong.
        RunError: a package that it needs is missing.
    """
    try:
        return make_score(written)
    except ValueError as error:
        raise typer.BadParameter(escape(str(error)), param_hint="'--score'") from None


def open_log(folder: str, subject: Mapping[str, str]) -> TrialLog | Diagnostic:
    """Open the log of the trials in a folder, or return the reason why it cannot be.

    Args:
        folder: the folder of the sweep.
        subject: what the trials are of: the score as written, and what it depends on.
    """
    path = os.path.join(folder, NAME).replace(os.sep, "/")
    try:
        return TrialLog(path, subject)
    except LogError as error:
        return _told(path, "RG813", str(error), error.help, error.line)
    except OSError as error:
        words = f"this file cannot be written: {error.strerror or error}"
        return _told(path, "RG601", words, "write to another folder with -o")


def run_missing(log: TrialLog, trials: Sequence[Trial], score: Score, resources: Resources) -> Diagnostic | None:
    """Run the trials that have no result, and record each as it ends; return the reason if one cannot be recorded.

    Raises:
        RunError: the cluster is not there, or a package is missing.
    """
    done = log.finished()
    missing = [trial for trial in trials if trial.name not in done]
    if not missing:
        return None
    found = run_trials(missing, score, resources)
    with closing(found) as outcomes:  # type: ignore[type-var]  # each executor is a generator
        for outcome in with_progress(outcomes, len(missing)):
            refused = recorded(log, outcome)
            if refused is not None:
                return refused
    return None


def recorded(log: TrialLog, outcome: Outcome) -> Diagnostic | None:
    """Record a trial that ended, or return the reason why it cannot be."""
    try:
        log.record(outcome)
    except OSError as error:
        words = f"this file cannot be written: {error.strerror or error}"
        return _told(log.path, "RG601", words, "run the sweep again: trials that are recorded are not repeated")
    return None


def failures(log: TrialLog, names: Iterable[str]) -> list[Diagnostic]:
    """Return an error for some of the trials that failed, and print their number and that of those stopped early."""
    without = [each for name in names if (each := log.outcomes.get(name)) is not None and each.scored is None]
    failed = [each for each in without if each.error != PRUNED]
    if early := len(without) - len(failed):
        print_note(
            f"{pluralize(early, 'trial')} stopped early, worse than the median of those before at the same step\n"
        )
    if failed:
        print_note(f"{pluralize(len(failed), 'trial')} failed; run the sweep again to try them once more\n")
    return [_failure(log.path, each) for each in failed[:_MOST_SHOWN]]


def _failure(path: str, outcome: Outcome) -> Diagnostic:
    times = pluralize(outcome.attempts, "attempt")
    message = f"{outcome.name} has no score after {times}: {outcome.error}"
    return _told(path, "RG812", message, _BY_HAND)


def _told(path: str, code: str, message: str, help: str, line: int = 1) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, Label(Span(Text(path, ""), line, 1, line, 1)), (), help)
