"""Trials in processes of this machine. A process that dies takes only its own trial with it, which is begun again."""

from __future__ import annotations

import multiprocessing
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.connection import Connection

from resnetgen.runtime.worker_process import block_sigint, set_up_worker
from resnetgen.sweep.attempt import attempt
from resnetgen.sweep.executors import Resources
from resnetgen.sweep.program import kill_running
from resnetgen.sweep.scores import Score
from resnetgen.sweep.trial import Outcome, Pruned, Report, Trial, no_report

_METHOD = "spawn"  # a fork of a process in which torch has run may hang


class _Slot:
    """A process, which is started anew when it died. A pool of several would lose all of them with one.

    A pipe takes the scores so far of its trial here, and back whether the rest is wanted.
    """

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._report: Report = no_report

    def submit(self, score: Score, trial: Trial) -> Future[Outcome]:
        self._report = trial.report
        alone = trial._replace(report=no_report)
        if self._pool is not None:
            return self._pool.submit(_attempt, score, alone)
        context = multiprocessing.get_context(_METHOD)
        here, there = context.Pipe()
        self._pool = ProcessPoolExecutor(1, context, _set_up, (there,))
        with block_sigint(_METHOD):
            future = self._pool.submit(_attempt, score, alone)  # starts the process
        there.close()  # so that the other end is told when the process ends
        threading.Thread(target=self._listen, args=(here,), daemon=True).start()
        return future

    def _listen(self, pipe: Connection) -> None:
        """Hand the scores so far of the process to the report of its trial, for as long as the process lives."""
        with pipe, suppress(EOFError, OSError):
            while True:
                pipe.send(self._wants_more(*pipe.recv()))

    def _wants_more(self, step: int, score: float) -> bool:
        try:
            self._report(step, score)
        except Pruned:
            return False
        except OSError:  # the disk is full, which the search meets, too, when it is told the outcome
            return True
        return True

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def require() -> None:
    """Python alone is needed."""


def run_trials(trials: Sequence[Trial], score: Score, resources: Resources) -> Iterator[Outcome]:
    """Run the trials in as many processes as there are workers."""
    waiting = deque((trial, 1) for trial in trials)
    free = [_Slot() for _ in range(min(resources.workers, len(trials)))]
    slots, running = tuple(free), dict[Future[Outcome], tuple[_Slot, Trial, int]]()
    try:
        while waiting or running:
            while waiting and free:
                slot, (trial, number) = free.pop(), waiting.popleft()
                running[slot.submit(score, trial)] = slot, trial, number
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                slot, trial, number = running.pop(future)
                outcome = _outcome(future, slot, trial)._replace(attempts=number)
                free.append(slot)
                if not outcome.is_final and number <= resources.retries:
                    waiting.append((trial, number + 1))
                else:
                    yield outcome
    except BaseException:  # Ctrl-C, or a full disk: nobody waits for the trials that run
        for worker in multiprocessing.active_children():
            worker.terminate()
        raise
    finally:
        for slot in slots:
            slot.close()


_pipes: list[Connection] = []
"""In a process of a slot, its end of the pipe."""


def _set_up(pipe: Connection) -> None:
    _pipes[:] = [pipe]
    set_up_worker(kill_running)


def _attempt(score: Score, trial: Trial) -> Outcome:
    return attempt(score, trial._replace(report=_tell))


def _tell(step: int, score: float) -> None:
    """Tell a score so far.

    Raises:
        Pruned: the rest is not wanted.
    """
    (pipe,) = _pipes
    pipe.send((step, score))
    if not pipe.recv():
        raise Pruned


def _outcome(future: Future[Outcome], slot: _Slot, trial: Trial) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        slot.close()
        return Outcome(trial.name, None, "its process died, as it does when memory runs out")
