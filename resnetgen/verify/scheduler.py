"""Running the checks of several networks in parallel, a worker process for each; results keep the order of the tasks.

A single thread waits for all workers, so that an interrupt ends all of them.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import wait

from resnetgen.analysis.cost import BYTES, cost
from resnetgen.runtime import system_resources
from resnetgen.verify.run_checks import Waiting, run_checks
from resnetgen.verify.task import CheckResult, Task, WorkerStarted

PROCESS_BYTES = 1 << 29
"""Bytes of memory of a worker beside its network: torch itself, and generated code."""

WEIGHTS, MAPS = 6, 3
"""The most copies of weights and of maps in a worker: gradients, loaded weights, exported files."""


Listener = Callable[[CheckResult], None]


def run_parallel(
    tasks: Iterable[Task], jobs: int, listen: Listener = lambda result: None
) -> Iterator[tuple[WorkerStarted | CheckResult, ...]]:
    """Run tasks in parallel and yield the results of each, in order.

    Args:
        tasks: The tasks.
        jobs: How many run at a time, fewer where memory is short. With 0, as many as there are processors; on CUDA one,
            since they would compete for its memory.
        listen: Called with each result as soon as it is there.

    Raises:
        RunError: the device is not there, or no file can be written.
    """
    left, several = iter(tasks), _Pool(jobs, listen)
    try:
        task = next(left, None)
        while task is not None or several.running:
            while task is not None and several.may_start(task):
                several.start(task)
                task = next(left, None)
            yield from several.ended()
            several.go_on()
    finally:
        several.close()


class _Job:
    """A running task with its results so far; `waiting` is None once it has ended."""

    def __init__(self, task: Task, listen: Listener) -> None:
        self.size = footprint(task)
        self._listen = listen
        self.found: list[WorkerStarted | CheckResult] = []
        self.waiting: Waiting | None = None
        self._steps = run_checks(task)

    def go_on(self) -> None:
        """Resume the task until it has to wait or ends."""
        self.waiting = None
        for each in self._steps:
            if isinstance(each, Waiting):
                self.waiting = each
                return
            self.found.append(each)
            if isinstance(each, CheckResult):
                self._listen(each)

    def close(self) -> None:
        """End its worker and remove its folder."""
        self._steps.close()


class _Pool:
    """The running tasks in order, and those that ended before an earlier one."""

    def __init__(self, jobs: int, listen: Listener) -> None:
        self.running: deque[_Job] = deque()
        self._jobs = jobs
        self._listen = listen
        self._device = ""

    def may_start(self, task: Task) -> bool:
        """Return whether another task may start."""
        busy = [each for each in self.running if each.waiting]
        if not busy:
            return True
        memory = system_resources.memory_limit()
        if memory is not None and sum(each.size for each in busy) + footprint(task) > memory:
            return False
        return len(busy) < (self._jobs or self._fitting(task))

    def _fitting(self, task: Task) -> int:
        """Return the default number of jobs for a device; `auto` is known once a worker has started."""
        return system_resources.cpu_count() if "cpu" in (task.device, self._device) else 1

    def start(self, task: Task) -> None:
        """Start a task."""
        self.running.append(_Job(task, self._listen))
        self.running[-1].go_on()

    def ended(self) -> Iterator[tuple[WorkerStarted | CheckResult, ...]]:
        """Yield the results of ended tasks, up to the first that still runs."""
        while self.running and not self.running[0].waiting:
            yield tuple(self.running.popleft().found)

    def go_on(self) -> None:
        """Wait until a worker sends a message or a deadline passes, and resume these tasks."""
        busy = {each.waiting: each for each in self.running if each.waiting}
        patience = min((waiting.deadline for waiting in busy), default=0.0) - time.monotonic()
        ready = wait([waiting.connection for waiting in busy], max(0.0, patience)) if busy else []
        for waiting, each in busy.items():
            if waiting.connection in ready or waiting.deadline <= time.monotonic():
                each.go_on()
                self._device = next((one.device for one in each.found if isinstance(one, WorkerStarted)), self._device)

    def close(self) -> None:
        """End all tasks."""
        for each in self.running:
            each.close()


def footprint(task: Task) -> int:
    """Estimate the bytes of memory of a task; the estimate tends to be too high.

    Args:
        task: the network and the names of its checks.

    Returns:
        Bytes: of the process, the weights with their gradients, and the maps of the batch.
    """
    whole = cost(task.trace)
    weights = (whole.params + whole.buffers) * BYTES["float32"]
    return PROCESS_BYTES + WEIGHTS * weights + MAPS * whole.memory(batch=task.batch)
