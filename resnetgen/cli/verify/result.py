"""The results of `resnetgen verify` as data."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.analysis.shape_inference import Trace
from resnetgen.verify.task import CheckResult, WorkerStarted
from resnetgen.verify.verdict import State


class Examined(NamedTuple):
    """The results of one network in its form, at its input size, on its device.

    `name` is that of its spec on the command line.
    """

    name: str
    trace: Trace
    started: WorkerStarted
    rows: tuple[CheckResult, ...]

    def count(self, state: State) -> int:
        """Count the checks in a state."""
        return sum(row.verdict.state is state for row in self.rows)


class Verified(NamedTuple):
    """The results of all networks, each run with `batch` samples; `deployed` is true for the inference form."""

    networks: tuple[Examined, ...]
    batch: int
    deployed: bool

    @property
    def passed(self) -> bool:
        """Tell whether no check failed."""
        return not any(each.count(State.FAILED) for each in self.networks)
