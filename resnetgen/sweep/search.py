"""Searches in a design space with Optuna: it proposes values for the ranges by the scores of those before.

A study is a file in the folder of the sweep, to which every step is appended; so a search that was killed goes on. A
trial that was running then is proposed again, with the same values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.runtime.packages import require_packages
from resnetgen.spaces.ranges.values import Continuous, Discrete
from resnetgen.spaces.space import Space
from resnetgen.sweep.candidates import Candidate, Judge
from resnetgen.sweep.trial import PRUNED, Outcome, Pruned, Report, no_report

if TYPE_CHECKING:
    import optuna

NAME = "search.journal"
"""The name of the file of a study in the folder of its sweep."""

_VIOLATION = "violation"
"""The attribute of a trial whose candidate cannot be scored."""

_OTHERWISE = 100.0
"""The violation of a candidate that is no valid spec."""

_REPEATED = 0.01
"""That of a candidate that was proposed before."""

Values = dict[Path, object]

_BEFORE_PRUNING = 5
"""The trials that are not pruned, so that there is a median. Optuna would count those outside the constraints, too."""


class Goals(NamedTuple):
    """The goals of a search: the least score, or with `maximize` the largest; and the least of some figures."""

    maximize: bool = False
    figures: tuple[str, ...] = ()

    def directions(self) -> list[Any]:
        """Return the direction of each objective."""
        return ["maximize" if self.maximize else "minimize", *("minimize" for _ in self.figures)]


class Proposal(NamedTuple):
    """A candidate that the search wants to be scored, and the function that takes scores so far."""

    number: int
    candidate: Candidate
    report: Report


def require() -> None:
    """See that Optuna is installed.

    Raises:
        RunError: it is not.
    """
    require_packages(("optuna",), "optuna", "a search")


class Search:
    """A search in a space.

    Args:
        judge: compiles what is proposed.
        path: the file of the study.
        goals: what is looked for.
        seed: the seed of the sampler.

    Raises:
        RunError: Optuna is not installed.
    """

    def __init__(self, judge: Judge, path: str, goals: Goals, seed: int) -> None:
        require()
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._judge, self._goals = judge, goals
        self._study = optuna.create_study(
            storage=JournalStorage(JournalFileBackend(path)),
            study_name=judge.space.name,
            directions=goals.directions(),
            load_if_exists=True,
        )
        before = self._study.get_trials(deepcopy=False)
        # A sampler with the seed of the search before would propose the same again.
        self._study.sampler = _sampler(seed + len(before))
        for each in (each for each in before if not each.state.is_finished()):  # running when the search was killed
            self._study.tell(each.number, state=optuna.trial.TrialState.FAIL)
            if each.params:
                self._study.enqueue_trial(each.params)

    def proposals(self, most: int) -> Iterator[Proposal]:
        """Yield candidates that satisfy the constraints, at most so many draws; those that do not are told of."""
        for _ in range(most):
            trial = self._study.ask()
            candidate = self._judge.judged(trial.number, suggested(self._judge.space, trial))
            if candidate.is_kept:
                yield Proposal(trial.number, candidate, self._report(trial))
            else:
                yield Proposal(trial.number, candidate, no_report)
                trial.set_user_attr(_VIOLATION, self._violation(candidate))
                self._study.tell(trial, [0.0] * len(self._goals.directions()))

    def tell(self, proposal: Proposal, outcome: Outcome) -> None:
        """Tell the search the outcome of a proposal."""
        import optuna

        if outcome.scored is None:
            is_pruned = outcome.error == PRUNED
            state = optuna.trial.TrialState.PRUNED if is_pruned else optuna.trial.TrialState.FAIL
            self._study.tell(proposal.number, state=state)
            return
        figures: Mapping[str, Any] = proposal.candidate.figures or {}
        others = [float(figures[key]) for key in self._goals.figures]
        self._study.tell(proposal.number, [outcome.scored.score, *others])

    def done(self) -> list[int]:
        """Return the numbers of the trials that ended with a score, or early."""
        import optuna

        ended = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
        trials = self._study.get_trials(deepcopy=False, states=ended)
        return [each.number for each in trials if _VIOLATION not in each.user_attrs]

    def values_of(self, number: int) -> Values:
        """Return the values of a trial that ended."""
        found = next(each for each in self._study.get_trials(deepcopy=False) if each.number == number)
        return suggested(self._judge.space, _fixed(found))

    def front(self) -> list[int]:
        """Return the numbers of the trials that none is better than in all goals."""
        return [each.number for each in self._study.best_trials if _VIOLATION not in each.user_attrs]

    def _violation(self, candidate: Candidate) -> float:
        """Return how far a candidate is from one that could be scored; the sampler turns to those that are nearer."""
        if candidate.figures is None:
            return _OTHERWISE if candidate.faults or not candidate.digest else _REPEATED
        found = 0.0
        for each in self._judge.space.constraints:
            value = candidate.figures[each.figure]
            for extent in value if isinstance(value, list) else [value]:
                found += each.range.distance(extent) / max(1, extent)
        return found

    def _report(self, trial: optuna.Trial) -> Report:
        if self._goals.figures:  # Optuna prunes by one objective only
            return no_report

        def report(step: int, score: float) -> None:
            trial.report(score, step)
            if len(self.done()) >= _BEFORE_PRUNING and trial.should_prune():
                raise Pruned(PRUNED)

        return report


def _sampler(seed: int) -> Any:
    """Return a sampler that prefers candidates within the constraints."""
    import warnings

    import optuna

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Optuna calls constraints experimental
        return optuna.samplers.TPESampler(seed=seed, constraints_func=_constraints)


def _constraints(trial: optuna.trial.FrozenTrial) -> list[float]:
    return [float(trial.user_attrs.get(_VIOLATION, 0.0))]


def suggested(space: Space, trial: Any) -> Values:
    """Return the values that a trial of Optuna suggests for the ranges of a space.

    Steps of numbers are suggested by their place in order, other values by name. Numbers that increase are suggested
    one after the other, each from the last one on.
    """
    before: dict[str, str] = {}  # a range without a name is in no group
    for group in space.groups:
        before |= zip(group.names[1:], group.names[:-1], strict=True)
    named: dict[str, Any] = {}
    found: Values = {}
    waiting = dict(space.drawable)
    while waiting:
        for path, each in list(waiting.items()):
            after = before.get(each.name)
            if after is None or after in named:
                least = None if after is None else named[after]
                found[path] = named[each.name] = _suggested(each, ".".join(map(str, path)), least, trial)
                del waiting[path]
    return {path: found[path] for path, _ in space.drawable}


def _suggested(each: Continuous | Discrete, label: str, least: Any, trial: Any) -> object:
    if isinstance(each, Continuous):
        return float(f"{trial.suggest_float(label, each.low, each.high, log=each.is_log):.6g}")
    if each.bounds() is None:
        return each.values[trial.suggest_categorical(label, list(range(len(each.values))))]
    numbers: list[Any] = sorted(set(each.values))
    first = next((place for place, number in enumerate(numbers) if least is None or number >= least), len(numbers) - 1)
    return numbers[trial.suggest_int(label, first, len(numbers) - 1)]


def _fixed(trial: Any) -> Any:
    import optuna

    return optuna.trial.FixedTrial(trial.params)
