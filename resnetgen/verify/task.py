"""The messages between the main process and a worker."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.analysis.shape_inference import Trace
from resnetgen.errors import RunError
from resnetgen.verify.verdict import Verdict


class Task(NamedTuple):
    """The checks to run on a network.

    Attributes:
        trace: The compiler's predictions.
        source: The text of the emitted file.
        device: The requested device: `auto`, `cpu` or `cuda`.
        batch: The number of samples of a batch.
        checks: The names of the checks.
        timeout: Seconds for each check.
        threads: Threads of torch on the CPU; 0 for torch's default.
    """

    trace: Trace
    source: str
    device: str
    batch: int
    checks: tuple[str, ...]
    timeout: float
    threads: int = 0


OUTPUT = "output.txt"
"""The file in a task's folder that receives the output of the worker."""


def file_name(task: Task) -> str:
    """Return the name of the emitted file."""
    return f"{task.trace.network.name}.py"


class WorkerStarted(NamedTuple):
    """The worker has found its device: its kind, and a description."""

    device: str
    description: str


class CheckStarted(NamedTuple):
    """A check has begun."""

    check: str


class CheckResult(NamedTuple):
    """A check has ended, after `seconds`."""

    check: str
    verdict: Verdict
    seconds: float


Message = WorkerStarted | CheckStarted | CheckResult | RunError
