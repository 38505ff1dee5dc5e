"""`resnetgen sweep --search`: candidates are proposed by the scores of those before, scored, and recorded."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from resnetgen.cli.progress import with_progress
from resnetgen.cli.sweep.files import write
from resnetgen.cli.sweep.listing import Kept
from resnetgen.cli.sweep.trials import recorded
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.sweep.candidates import Candidate, Judge
from resnetgen.sweep.executors import Resources, run_trials
from resnetgen.sweep.scores import Score
from resnetgen.sweep.search import Proposal, Search
from resnetgen.sweep.spec_file import spec_text, whole_text
from resnetgen.sweep.tally import Tally
from resnetgen.sweep.trial import Outcome, Trial
from resnetgen.sweep.trial_log import TrialLog


class Searched(NamedTuple):
    """The end of a search: the candidates that were scored, and the reason if a file could not be written."""

    kept: list[Kept]
    refused: Diagnostic | None = None


class Hunt(NamedTuple):
    """The study, the score, where trials run, their log, the folder, and the bounds of the work."""

    search: Search
    judge: Judge
    score: Score
    resources: Resources
    log: TrialLog
    folder: str
    trials: int
    max_draws: int


def run_search(hunt: Hunt, tally: Tally) -> Searched:
    """Propose, score and record candidates until there are as many as wanted.

    Raises:
        RunError: the cluster is not there, or a package is missing.
    """
    kept: list[Kept] = []
    for number in hunt.search.done():  # of a search before this one
        candidate = hunt.judge.judged(number, hunt.search.values_of(number))
        if tally.add(candidate):
            kept.append(_kept(hunt, number, candidate))
    missing = hunt.trials - len(kept)
    if missing <= 0:
        return Searched(kept)
    batches = _batches(hunt, tally, missing)
    for batch in with_progress(batches, missing):
        for proposal in batch:
            each = _kept(hunt, proposal.number, proposal.candidate)
            text = spec_text(hunt.judge.space, "search", each.name, each.candidate, hunt.folder)
            if (refused := write(each.path, text.encode(), hunt.folder)) is not None:
                return Searched(kept, refused)
            kept.append(each)
        outcomes = _outcomes(hunt, batch, kept[-len(batch) :])
        for outcome in outcomes:
            proposal = batch[[each.name for each in kept[-len(batch) :]].index(outcome.name)]
            if (refused := recorded(hunt.log, outcome)) is not None:
                return Searched(kept, refused)
            hunt.search.tell(proposal, outcome)
    return Searched(kept)


def _batches(hunt: Hunt, tally: Tally, missing: int) -> Iterator[list[Proposal]]:
    """Yield proposals that satisfy the constraints, as many at a time as there are workers."""
    good, left = _good(hunt, tally), missing
    while left > 0 and (batch := list(islice(good, min(hunt.resources.workers, left)))):
        left -= len(batch)
        yield batch


def _good(hunt: Hunt, tally: Tally) -> Iterator[Proposal]:
    """Yield the proposals that satisfy the constraints, until there is a reason to end."""
    for each in hunt.search.proposals(hunt.max_draws):
        if tally.add(each.candidate):
            yield each
        if tally.end():
            return


def _outcomes(hunt: Hunt, batch: Sequence[Proposal], kept: Sequence[Kept]) -> Iterator[Outcome]:
    space = hunt.judge.space
    trials = [
        Trial(each.name, whole_text(space, each.name, each.candidate), os.path.abspath(each.path), proposal.report)
        for each, proposal in zip(kept, batch, strict=True)
    ]
    return run_trials(trials, hunt.score, hunt.resources)


def _kept(hunt: Hunt, number: int, candidate: Candidate) -> Kept:
    name = f"{hunt.judge.space.name}_search_{number}"
    path = os.path.join(hunt.folder, f"{name}.yaml").replace(os.sep, "/")
    return Kept(name, path, candidate)
