"""The examination of several networks at a time, each by a process of its own; what is found comes in their order.

A single thread waits for all of them at once, so that it ends them all where it is interrupted.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait

from resnetgen.analysis.cost import BYTES, cost
from resnetgen.runtime import system_resources
from resnetgen.verify.run_checks import Awaited, examination
from resnetgen.verify.task import Row, Started, Task

BESIDE = 1 << 29
"""Bytes of memory that a process takes beside its network: torch itself, and the code that is made for the network."""

WEIGHTS, MAPS = 6, 3
"""How often a process holds a network's weights and its maps at most: gradients, what is loaded, what is exported."""


def side_by_side(tasks: Iterable[Task], jobs: int) -> Iterator[tuple[Started | Row, ...]]:
    """What is found of each task, `jobs` of them being run at a time, and fewer where memory would run short.

    With `jobs` 0 these are as many as there are processors; on CUDA one, for they would take each other's memory.

    Raises:
        RunError: the device is not there, or no file can be written.
    """
    left, several = iter(tasks), _Several(jobs)
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


class _Running:
    """An examination, what it has found, and what it waits for; nothing once it has ended."""

    def __init__(self, task: Task) -> None:
        self.size = footprint(task)
        self.found: list[Started | Row] = []
        self.awaited: Awaited | None = None
        self._steps = examination(task)

    def go_on(self) -> None:
        """Go on until there is something to wait for, or to the end."""
        self.awaited = None
        for each in self._steps:
            if isinstance(each, Awaited):
                self.awaited = each
                return
            self.found.append(each)

    def close(self) -> None:
        """End its process and remove its folder."""
        self._steps.close()


class _Several:
    """Examinations under way, in their order, with those that have ended before an earlier one."""

    def __init__(self, jobs: int) -> None:
        self.running: deque[_Running] = deque()
        self._jobs = jobs
        self._device = ""

    def may_start(self, task: Task) -> bool:
        """Whether another one may begin."""
        busy = [each for each in self.running if each.awaited]
        if not busy:
            return True
        memory = system_resources.memory()
        if memory is not None and sum(each.size for each in busy) + footprint(task) > memory:
            return False
        return len(busy) < (self._jobs or self._fitting(task))

    def _fitting(self, task: Task) -> int:
        """How many at a time suit a device; what `auto` means is known when the first one has started."""
        return system_resources.processors() if "cpu" in (task.device, self._device) else 1

    def start(self, task: Task) -> None:
        """Begin an examination."""
        self.running.append(_Running(task))
        self.running[-1].go_on()

    def ended(self) -> Iterator[tuple[Started | Row, ...]]:
        """Take what has been found from those at the front that have ended."""
        while self.running and not self.running[0].awaited:
            yield tuple(self.running.popleft().found)

    def go_on(self) -> None:
        """Wait until one of them can go on, by what it was sent or because its time is up."""
        busy = {each.awaited: each for each in self.running if each.awaited}
        patience = min((awaited.until for awaited in busy), default=0.0) - time.monotonic()
        ready = wait([awaited.answers for awaited in busy], max(0.0, patience)) if busy else []
        for awaited, each in busy.items():
            if awaited.answers in ready or awaited.until <= time.monotonic():
                each.go_on()
                self._device = next((one.device for one in each.found if isinstance(one, Started)), self._device)

    def close(self) -> None:
        """End all of them."""
        for each in self.running:
            each.close()


def footprint(task: Task) -> int:
    """The bytes of memory that a process may take for a task, roughly and rather too many than too few."""
    whole = cost(task.trace)
    weights = (whole.params + whole.buffers) * BYTES["float32"]
    return BESIDE + WEIGHTS * weights + MAPS * whole.memory(batch=task.batch)
