"""Do the trainings of an experiment, in this process or in several."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from queue import Empty
from typing import Any, NamedTuple

import torch

from resnetgen.errors import RunError
from resnetgen.lab.listener import Listener
from resnetgen.lab.results import Epoch, TrialResult
from resnetgen.lab.run_folder import RunFolder
from resnetgen.lab.runner import Plan
from resnetgen.lab.trial import run_trial

_EVERY = 0.2
"""Seconds between two steps that a process reports."""

_WAIT = 0.5
"""Seconds to wait for a report before looking whether the processes live."""


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
    """A call of a listener, by the name of its method; or an exception, under `error`."""

    what: str
    trial: int
    values: tuple[Any, ...]


class _Reporter(Listener):
    """Puts what it is told into a queue; ends its process if the one that started it is gone."""

    def __init__(self, reports: Any) -> None:
        self._reports = reports
        self._parent = os.getppid()
        self._last = 0.0

    def on_step(self, index: int, step: int, loss: float) -> None:
        if os.getppid() != self._parent:
            os._exit(1)
        if time.monotonic() - self._last > _EVERY:
            self._last = time.monotonic()
            self._reports.put(_Report("on_step", index, (step, loss)))

    def on_epoch(self, index: int, epoch: Epoch) -> None:
        self._reports.put(_Report("on_epoch", index, (epoch,)))

    def on_done(self, index: int, result: TrialResult) -> None:
        self._reports.put(_Report("on_done", index, (result,)))


def _work(make: MakePlan, tasks: Any, reports: Any) -> None:
    """Do trainings whose indices are in a queue, until it has None."""
    torch.set_num_threads(1)
    index = -1
    try:
        planned, folder = make()
        while (index := tasks.get()) is not None:
            _run(planned, folder, index, _Reporter(reports))
    except Exception as error:  # whatever it is, the first process raises it
        reports.put(_Report("error", index, (error,)))


def _in_processes(count: int, listener: Listener, jobs: int, make: MakePlan) -> None:
    context = get_context("spawn")  # a forked process of torch may hang
    tasks, reports = context.Queue(), context.Queue()
    for index in [*range(count), *[None] * jobs]:
        tasks.put(index)
    workers = [context.Process(target=_work, args=(make, tasks, reports), daemon=True) for _ in range(jobs)]
    for worker in workers:
        worker.start()
    try:
        left = count
        while left:
            left -= _handled(reports, listener, workers)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join()


def _handled(reports: Any, listener: Listener, workers: Sequence[Any]) -> bool:
    """Handle a report; return whether a training is done.

    Raises:
        RunError: a process was killed.
    """
    try:
        report = reports.get(timeout=_WAIT)
    except Empty:
        dead = next((each for each in workers if each.exitcode not in (None, 0)), None)
        if dead is None:
            return False
        message = f"a process of the run ended with the code {dead.exitcode}"
        help = "run it again, with fewer --jobs if the memory ran out: finished epochs are kept"
        raise RunError(message, help, "RG803") from None
    if report.what == "error":
        raise report.values[0]
    getattr(listener, report.what)(report.trial, *report.values)
    return bool(report.what == "on_done")
