"""What verifying networks has found, as data."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.analysis.shape_inference import Trace
from resnetgen.verify.task import CheckResult, WorkerStarted
from resnetgen.verify.verdict import State


class Examined(NamedTuple):
    """A network in its form and at its size, on what it was run, and what the checks found.

    `name` is how its spec was asked for.
    """

    name: str
    trace: Trace
    started: WorkerStarted
    rows: tuple[CheckResult, ...]

    def count(self, state: State) -> int:
        """How many checks ended so."""
        return sum(row.verdict.state is state for row in self.rows)


class Verified(NamedTuple):
    """Networks that were run with `batch` samples at a time; `deployed` where it is their form for inference."""

    networks: tuple[Examined, ...]
    batch: int
    deployed: bool

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return not any(each.count(State.FAILED) for each in self.networks)
