"""What goes from the process that asks to the one that runs a network, and what comes back."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.analysis.shape_inference import Trace
from resnetgen.errors import RunError
from resnetgen.verify.verdict import Verdict


class Task(NamedTuple):
    """A network to be examined: what the compiler says of it, its file, and on what; `device` as it was asked for.

    `checks` are names. `timeout` is in seconds, for each of them. `threads` are those that torch may use on the CPU; 0
    are as many as it takes by itself.
    """

    trace: Trace
    source: str
    device: str
    batch: int
    checks: tuple[str, ...]
    timeout: float
    threads: int = 0


OUTPUT = "output.txt"
"""The file in a task's folder with what is printed by torch, and by whatever it starts."""


def file_name(task: Task) -> str:
    """What the emitted file is called."""
    return f"{task.trace.network.name}.py"


class Started(NamedTuple):
    """The process is on its device: its kind, and what it is."""

    device: str
    description: str


class Begun(NamedTuple):
    """A check has begun."""

    check: str


class Row(NamedTuple):
    """A check has ended; after so many seconds."""

    check: str
    verdict: Verdict
    seconds: float


Message = Started | Begun | Row | RunError
