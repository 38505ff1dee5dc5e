"""`resnetgen sweep`: draw specs from a design space.

With `--format json` it prints one object:

- `space`: the file; `seed`; `drawn`, the number of candidates that were drawn; and of these `duplicates`, `misfits`
  (those whose `regnet_line` has another number of stages than names), `invalid` (no valid specs) and `excluded` (by
  constraints);
- `constraints`: an object by figure, each with `range` (as written), `excluded` (the number of candidates), and `least`
  and `greatest`, the values that were drawn, or null;
- `candidates`: a list of objects with `name`, `file`, `number`, and the figures `params`, `macs`, `memory`,
  `training_memory`, `weighted_layers`, `blocks` and `receptive_field`, as in `compare`. With `--score`, also `score`, a
  number or null; `score_figures`, the other figures of the score by name; and `error`, the reason of a failure or null.

Keys are added to this, never renamed or removed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import typer

from resnetgen.cli import atomic_write
from resnetgen.cli.exit import FAILURE, OK, can_go_on
from resnetgen.cli.output import print_diagnostics, print_note, print_result, print_run_error
from resnetgen.cli.parallel import parallel_map
from resnetgen.cli.progress import with_progress
from resnetgen.cli.refusal import refuse
from resnetgen.cli.sweep import summary
from resnetgen.cli.sweep.files import write
from resnetgen.cli.sweep.listing import Kept, printed
from resnetgen.cli.sweep.page import SUFFIX as PAGE_SUFFIX
from resnetgen.cli.sweep.page import page_refused, write_page
from resnetgen.cli.sweep.trials import failures, open_log, run_missing, score_of
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import RunError, SpecError
from resnetgen.source import collection
from resnetgen.sweep.candidates import Candidate, Judge, candidates
from resnetgen.sweep.executors import Resources
from resnetgen.sweep.scores import Score
from resnetgen.sweep.spec_file import name_of, spec_text, whole_text
from resnetgen.sweep.tally import Tally
from resnetgen.sweep.trial import Trial
from resnetgen.sweep.trial_log import TrialLog

_BATCH = 512
"""Candidates that each process compiles at first before their results are looked at."""


class SweepOptions(NamedTuple):
    """The options of the command, as given."""

    folder: str = "candidates"
    number: int = 100
    seed: int = 0
    max_draws: int = 100_000
    jobs: int = 1
    format: str = "table"
    allow_outside: bool = False
    score: str | None = None
    resources: Resources = Resources()
    page: str | None = None
    maximize: bool = False
    search: bool = False
    minimize: tuple[str, ...] = ()


def run(space: str, options: SweepOptions) -> int:
    """Draw candidates, write those that are kept, and print their figures.

    Args:
        space: the file of the space.
        options: the options of the command.

    Returns:
        The exit code: 1 if the space is wrong or has not so many candidates, or a file cannot be written.
    """
    _check(options)
    try:
        score = None if options.score is None else score_of(options.score)
        _require(options)
    except SpecError as error:
        return refuse(error.diagnostics)
    except RunError as error:
        print_run_error(error)
        return FAILURE
    refused = _refused(options)
    if refused is not None:
        return refuse([refused])
    try:
        judge = Judge(collection.find(space), options.seed, options.allow_outside)
    except SpecError as error:
        return refuse(error.diagnostics)
    if options.score is None or score is None:
        return _drawn(judge, options)
    log = open_log(options.folder, {"score": options.score, **score.depends_on()})
    if isinstance(log, Diagnostic):
        return refuse([log])
    with log, can_go_on():
        scoring = Scoring(score, log)
        return _searched(judge, options, scoring) if options.search else _drawn(judge, options, scoring)


def _check(options: SweepOptions) -> None:
    """Check that options agree.

    Raises:
        typer.BadParameter: one needs another.
    """
    if options.score is None and options.page is not None:
        raise typer.BadParameter("a page is about the trials of a --score", param_hint="'--page'")
    if options.page is not None and not options.page.lower().endswith(PAGE_SUFFIX):
        raise typer.BadParameter(f"{options.page!r} does not end in {PAGE_SUFFIX}", param_hint="'--page'")
    if options.score is None and options.search:
        raise typer.BadParameter("a search needs a --score", param_hint="'--search'")
    if options.minimize and not options.search:
        raise typer.BadParameter("only a --search has several goals", param_hint="'--minimize'")
    if options.search and options.jobs != 1:
        raise typer.BadParameter("a --search compiles what it proposes in one process", param_hint="'--jobs'")
    given, usual = options.resources, Resources()
    of_trials = {
        "--workers": given.workers != usual.workers,
        "--ray": given.address != usual.address,
        "--retries": given.retries != usual.retries,
        "--maximize": options.maximize,
    }
    for name in (name for name, is_given in of_trials.items() if is_given and options.score is None):
        raise typer.BadParameter("this is about the trials of a --score", param_hint=f"'{name}'")
    of_cluster = {"--cpus": given.cpus != usual.cpus, "--gpus": given.gpus != usual.gpus}
    for name in (name for name, is_given in of_cluster.items() if is_given and not given.address):
        raise typer.BadParameter("this is what a trial takes on a cluster, with --ray", param_hint=f"'{name}'")


def _require(options: SweepOptions) -> None:
    """See that what runs and proposes trials is installed, before a candidate is written.

    Raises:
        RunError: it is not.
    """
    if options.score is not None:
        options.resources.require()
    if options.search:
        from resnetgen.sweep.search import require

        require()


def _refused(options: SweepOptions) -> Diagnostic | None:
    """Return the reason why results cannot be written, as far as what is there tells it."""
    if os.path.isfile(options.folder):
        return atomic_write.refused(options.folder, "this is a file, not a folder", "choose a folder with -o FOLDER")
    return None if options.page is None else page_refused(options.page)


class Scoring(NamedTuple):
    """The score of the candidates, and the log of their trials."""

    score: Score
    log: TrialLog


def _drawn(judge: Judge, options: SweepOptions, scoring: Scoring | None = None) -> int:
    """Draw candidates, write and score those that are kept, and print them."""
    atomic_write.sweep(options.folder)
    tally = Tally(judge.space.size(), options.max_draws)
    kept: list[Kept] = []
    for candidate in with_progress(_new(judge, tally, options), options.number):
        name = name_of(judge.space, options.seed, candidate.number)
        path = os.path.join(options.folder, f"{name}.yaml").replace(os.sep, "/")
        text = spec_text(judge.space, f"seed {options.seed}", name, candidate, options.folder)
        refused = write(path, text.encode(), options.folder)
        if refused is not None:
            return refuse([refused], f"candidates written: {len(kept)} of {options.number:,}")
        kept.append(Kept(name, path, candidate))
    summary.print_summary(judge.space, tally, options.number)
    code = OK if len(kept) == options.number else FAILURE
    if scoring is not None:
        code = max(code, _scored(judge, kept, options, scoring))
        kept = [each._replace(outcome=scoring.log.outcomes.get(each.name)) for each in kept]
    if kept or options.format == "json":
        print_result(printed(judge.space, options.seed, tally, kept, options.format))
    return code


def _searched(judge: Judge, options: SweepOptions, scoring: Scoring) -> int:
    """Search for candidates, score them, and print them."""
    from resnetgen.cli.sweep.searching import Hunt, run_search
    from resnetgen.sweep.search import NAME, Goals, Search

    tally = Tally(judge.space.size(), options.max_draws)
    goals = Goals(options.maximize, options.minimize)
    try:
        search = Search(judge, os.path.join(options.folder, NAME), goals, options.seed)
        hunt = Hunt(
            search,
            judge,
            scoring.score,
            options.resources,
            scoring.log,
            options.folder,
            options.number,
            options.max_draws,
        )
        found = run_search(hunt, tally)
    except RunError as error:
        print_run_error(error)
        return FAILURE
    except OSError as error:
        return refuse([atomic_write.refused(scoring.log.path, error, "make room, and run the search again")])
    summary.print_summary(judge.space, tally, options.number)
    kept = [each._replace(outcome=scoring.log.outcomes.get(each.name)) for each in found.kept]
    faults = [found.refused] if found.refused is not None else failures(scoring.log, [each.name for each in kept])
    if options.page is not None:
        faults += write_page(options.page, judge.space, options, kept, scoring.log)
    print_diagnostics(faults)
    best = set(search.front())
    print_note(f"best: {', '.join(each.name for each in kept if each.candidate.number in best)}\n")
    print_result(printed(judge.space, options.seed, tally, kept, options.format))
    return FAILURE if faults or len(kept) < options.number else OK


def _scored(judge: Judge, kept: Sequence[Kept], options: SweepOptions, scoring: Scoring) -> int:
    """Run the trials of the candidates that have no result, and return the exit code."""
    trials = [
        Trial(each.name, whole_text(judge.space, each.name, each.candidate), os.path.abspath(each.path))
        for each in kept
    ]
    try:
        refused = run_missing(scoring.log, trials, scoring.score, options.resources)
    except RunError as error:
        print_run_error(error)
        return FAILURE
    faults = [refused] if refused is not None else failures(scoring.log, [each.name for each in kept])
    if options.page is not None and refused is None:
        faults += write_page(options.page, judge.space, options, kept, scoring.log)
    print_diagnostics(faults)
    return FAILURE if faults else OK


def _new(judge: Judge, tally: Tally, options: SweepOptions) -> Iterator[Candidate]:
    """Yield the candidates that are kept, as many as wanted, and count all that are drawn for them."""
    found: Iterator[Candidate]
    if options.jobs == 1:
        found = map(judge, range(options.max_draws))
    else:
        apply = partial(parallel_map, workers=options.jobs, sure=True)
        found = candidates(judge, options.max_draws, _BATCH * options.jobs, apply)
    for candidate in found:
        if tally.add(candidate):
            yield candidate
        if tally.kept == options.number or tally.end():
            return
