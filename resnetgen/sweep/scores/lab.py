"""The score of an experiment of the lab: a candidate is trained by its recipe on its data; the score is the test error.

A candidate whose training diverges has none. The file of the experiment has to be on every machine.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.errors import ResnetgenError, SpecError
from resnetgen.source.source import parse
from resnetgen.sweep.trial import Report, Scored, ScoreFailed, Trial

if TYPE_CHECKING:
    from resnetgen.lab.data_set import DataSet
    from resnetgen.lab.experiment import Experiment
    from resnetgen.lab.results import Epoch


class LabScore(NamedTuple):
    """The file or the name of the experiment."""

    experiment: str

    def __call__(self, trial: Trial, report: Report) -> Scored:
        """Train a candidate.

        Raises:
            ScoreFailed: the spec is wrong, or does not fit the data.
            Pruned: the report did not want the rest.
        """
        from resnetgen.compiler import read_document
        from resnetgen.lab.score import score

        def on_epoch(epoch: Epoch) -> None:
            report(epoch.epoch, epoch.test_error)

        experiment, data = _loaded(self.experiment)
        try:
            document = read_document(parse(trial.text, f"{trial.name}.yaml"))
            return Scored(score(document, experiment, data, on_epoch=on_epoch))
        except ResnetgenError as error:
            raise ScoreFailed(error.message) from None


@lru_cache(maxsize=1)  # a process scores one candidate after the other
def _loaded(target: str) -> tuple[Experiment, DataSet]:
    from resnetgen.lab.experiment_file import read_experiment

    experiment = read_experiment(target).experiment
    return experiment, experiment.data.load()


def make_score(rest: str) -> LabScore:
    """Return the score of an experiment.

    Raises:
        ValueError: there is none of this name, or it is wrong.
        RunError: torch is not installed.
    """
    from resnetgen.runtime.packages import require_packages

    require_packages(("torch",), "torch", "training a network")
    from resnetgen.lab.experiment_file import read_experiment

    try:
        read_experiment(rest)
    except SpecError as error:
        raise ValueError(error.message.replace("\n", "; ")) from None
    return LabScore(rest)
