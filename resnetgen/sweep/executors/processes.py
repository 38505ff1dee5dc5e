"""Trials in processes of this machine. A process that dies takes only its own trial with it, which is begun again."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from resnetgen.runtime.worker_process import block_sigint, set_up_worker
from resnetgen.sweep.attempt import attempt
from resnetgen.sweep.executors import Resources
from resnetgen.sweep.scores import Score
from resnetgen.sweep.trial import Outcome, Trial

_METHOD = "spawn"  # a fork of a process in which torch has run may hang


class _Slot:
    """A process, which is started anew when it died. A pool of several would lose all of them with one."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, score: Score, trial: Trial) -> Future[Outcome]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, multiprocessing.get_context(_METHOD), set_up_worker)
        with block_sigint(_METHOD):
            return self._pool.submit(attempt, score, trial)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


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
                if outcome.scored is None and number <= resources.retries:
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


def _outcome(future: Future[Outcome], slot: _Slot, trial: Trial) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        slot.close()
        return Outcome(trial.name, None, "its process died, as it does when memory runs out")
