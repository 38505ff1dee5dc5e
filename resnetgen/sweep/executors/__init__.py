"""Places where trials run, one a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import NamedTuple

from resnetgen.sweep.scores import Score
from resnetgen.sweep.trial import Outcome, Trial

EXECUTORS = ("here", "processes", "ray")
"""In this process, in its own processes, on a Ray cluster; each is a file here with `require` and `run_trials`."""


class Resources(NamedTuple):
    """The processors, machines and attempts that trials may use.

    Attributes:
        workers: the number of processes of this machine, or of trials that a cluster has at a time; 0 for all it has.
        retries: how often a failed trial is begun again.
        cpus: the processors that a trial takes on a cluster.
        gpus: the accelerators that a trial takes there.
        address: the address of a cluster; `local` for one on this machine.
    """

    workers: int = 1
    retries: int = 2
    cpus: float = 1.0
    gpus: float = 0.0
    address: str = ""

    @property
    def executor(self) -> str:
        """The name of the place."""
        return "ray" if self.address else "here" if self.workers == 1 else "processes"

    def require(self) -> None:
        """See that the place has what it needs.

        Raises:
            RunError: a package is missing.
        """
        import_module(f"{__name__}.{self.executor}").require()


Run = Callable[[Sequence[Trial], Score, Resources], Iterator[Outcome]]
"""Runs trials, and yields their outcomes in the order in which they end, one for each trial."""


def run_trials(trials: Sequence[Trial], score: Score, resources: Resources) -> Iterator[Outcome]:
    """Run trials where their resources are.

    Raises:
        RunError: the cluster is not there, or a package is missing.
    """
    run: Run = import_module(f"{__name__}.{resources.executor}").run_trials
    return run(trials, score, resources)
