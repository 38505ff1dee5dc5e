"""Do the trainings of an experiment, in this process or in several."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

import torch

from resnetgen.errors import RunError
from resnetgen.lab.listener import Listener
from resnetgen.lab.results import Epoch, TrialResult
from resnetgen.lab.run_folder import RunFolder
from resnetgen.lab.runner import Plan
from resnetgen.lab.trial import run_trial
from resnetgen.runtime.worker_process import block_sigint, set_up_worker

_EVERY = 0.2
"""Seconds between two steps that a process reports."""

MakePlan = Callable[[], tuple[Plan, RunFolder]]
"""A function that another process can call to have the plan and the folder itself."""


def execute(planned: Plan, folder: RunFolder, listener: Listener, jobs: int = 1, make: MakePlan | None = None) -> None:
    """Do the trainings of a plan; what is done already is not done again.

    Args:
        planned: the plan.
        folder: its folder, locked.
        listener: is told of the progress.
        jobs: the number of processes; with one, this process does them, with the threads that torch has here.
        make: gives other processes the plan.

    Raises:
        RunError: a folder has another training, or a process was killed.
        OSError: a file cannot be written.
    """
    if jobs > 1 and make is not None:
        _in_processes(len(planned.trials), listener, min(jobs, len(planned.trials)), make)
        return
    for index in range(len(planned.trials)):
        _run(planned, folder, index, listener)


def _run(planned: Plan, folder: RunFolder, index: int, listener: Listener) -> None:
    trial = planned.trials[index]
    result = run_trial(
        trial,
        folder.trial(trial.network.name, trial.seed),
        lambda step, loss: listener.on_step(index, step, loss),
        lambda epoch: listener.on_epoch(index, epoch),
    )
    listener.on_done(index, result)


class _Report(NamedTuple):
    """A call of a listener, by the name of its method; an exception, under `error`; or `next`: a training is wanted."""

    what: str
    trial: int = 0
    values: tuple[Any, ...] = ()


class _Reporter(Listener):
    """Sends what it is told to the first process."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last = 0.0

    def on_step(self, index: int, step: int, loss: float) -> None:
        if time.monotonic() - self._last > _EVERY:
            self._last = time.monotonic()
            self._connection.send(_Report("on_step", index, (step, loss)))

    def on_epoch(self, index: int, epoch: Epoch) -> None:
        self._connection.send(_Report("on_epoch", index, (epoch,)))

    def on_done(self, index: int, result: TrialResult) -> None:
        self._connection.send(_Report("on_done", index, (result,)))


def _work(make: MakePlan, connection: Connection) -> None:
    """Do trainings whose indices the first process sends, until it sends None."""
    set_up_worker()
    torch.set_num_threads(1)
    try:
        planned, folder = make()
        connection.send(_Report("next"))
        while (index := connection.recv()) is not None:
            _run(planned, folder, index, _Reporter(connection))
            connection.send(_Report("next"))
    except ConnectionError:  # the first process is gone
        return
    except Exception as error:  # whatever it is, the first process raises it
        connection.send(_Report("error", values=(error,)))


def _in_processes(count: int, listener: Listener, jobs: int, make: MakePlan) -> None:
    """Do trainings in processes, each with a pipe of its own, which ends when its process is killed."""
    context = get_context("spawn")  # a forked process of torch may hang
    left = iter(range(count))
    workers: dict[Any, Any] = {}
    try:
        with block_sigint("spawn"):
            for _ in range(jobs):
                connection, its_end = context.Pipe()
                workers[connection] = context.Process(target=_work, args=(make, its_end), daemon=True)
                workers[connection].start()
                its_end.close()
        while workers:
            for ready in wait([*workers]):
                if _handled(ready, workers[ready], listener, left):
                    workers.pop(ready).join()
    finally:
        for worker in workers.values():
            worker.terminate()
        for worker in workers.values():
            worker.join()


def _handled(connection: Any, worker: Any, listener: Listener, left: Iterator[int]) -> bool:
    """Handle a report; return whether its process has nothing left to do.

    Raises:
        RunError: the process was killed.
    """
    try:
        report = connection.recv()
        if report.what == "next":
            index = next(left, None)
            connection.send(index)
            return index is None
    except (EOFError, ConnectionError):
        worker.join()
        message = f"a process of the run ended with the code {worker.exitcode}"
        help = "run it again, with fewer --jobs if the memory ran out: finished epochs are kept"
        raise RunError(message, help, "RG803") from None
    if report.what == "error":
        raise report.values[0]
    getattr(listener, report.what)(report.trial, *report.values)
    return False
