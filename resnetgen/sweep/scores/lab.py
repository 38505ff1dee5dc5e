"""The score of an experiment of the lab: a candidate is trained by its recipe on its data; the score is the test error.

A candidate whose training diverges has none. The file of the experiment has to be on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.errors import ResnetgenError
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
            ScoreFailed: the spec is wrong or does not fit the data, or the data is not there.
            Pruned: the report did not want the rest.
        """
        from resnetgen.compiler import read_document
        from resnetgen.lab.score import score

        def on_epoch(epoch: Epoch) -> None:
            report(epoch.epoch, epoch.test_error)

        try:
            experiment, data = _loaded(self.experiment)
            document = read_document(parse(trial.text, f"{trial.name}.yaml"))
            return Scored(score(document, experiment, data, on_epoch=on_epoch))
        except ResnetgenError as error:
            raise ScoreFailed(error.message) from None

    def depends_on(self) -> Mapping[str, str]:
        """Return the digest of the recipe, the data and the seed."""
        import json
        from hashlib import sha256

        from resnetgen.lab.experiment_file import read_experiment

        experiment = read_experiment(self.experiment).experiment
        parts = (experiment.recipe.model_dump(mode="json"), experiment.data.model_dump(mode="json"))
        text = json.dumps([*parts, experiment.seeds[0]], sort_keys=True)
        return {"experiment": sha256(text.encode()).hexdigest()[:16]}


@lru_cache(maxsize=1)  # a process scores one candidate after the other
def _loaded(target: str) -> tuple[Experiment, DataSet]:
    from resnetgen.lab.experiment_file import read_experiment

    experiment = read_experiment(target).experiment
    return experiment, experiment.data.load()


def make_score(rest: str) -> LabScore:
    """Return the score of an experiment.

    Raises:
        SpecError: there is none of this name, or it is wrong.
        RunError: torch is not installed.
    """
    from resnetgen.runtime.packages import require_packages

    require_packages(("torch",), "torch", "training a network")
    from resnetgen.lab.experiment_file import read_experiment

    read_experiment(rest)
    return LabScore(rest)
