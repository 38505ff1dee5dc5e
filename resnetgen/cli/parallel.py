"""Parallel maps over processes, with the results of a sequential one.

Whatever fails in a worker, by a fault of ours or by its death, runs again in the calling process. There it shows as
it would have without workers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from resnetgen.runtime.system_resources import cpu_count as _processors
from resnetgen.runtime.worker_process import block_sigint, set_up_worker

_LARGEST = 32
"""The most things that a worker is handed at a time: few enough that all end at nearly the same time."""

_CHUNKS = 4
"""Where there are few, each worker is handed some so many times."""

_SPAWNED = 10
"""Starting a worker that is no fork of this process takes far longer: there have to be so many times the things."""

_MOST = 61
"""The most workers that Windows can wait for."""

_A = TypeVar("_A")
_B = TypeVar("_B")


def parallel_map(do: Callable[[_A], _B], things: Sequence[_A], workers: int, *, sure: bool = False) -> Iterator[_B]:
    """Yield a function's result for each item, in order; function, items and results have to be picklable.

    Args:
        do: the function.
        things: the items.
        workers: the number of workers; an upper limit, unless `sure`.
        sure: start exactly that many, as the user asked for them.
    """
    method = _method()
    if not sure:
        workers = min(workers if method == "fork" else workers // _SPAWNED, _processors())
    workers = min(workers, len(things) - 1, _MOST)
    if workers < 2:
        return map(do, things)
    return _run_workers(do, things, workers, method)


def _run_workers(do: Callable[[_A], _B], things: Sequence[_A], workers: int, method: str) -> Iterator[_B]:
    yield do(things[0])  # a fork inherits the modules that this imports
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    chunks = _chunks(things[1:], workers)
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context(method), set_up_worker)
    try:
        with block_sigint(method):
            futures = [pool.submit(_all, do, chunk) for chunk in chunks]
        for chunk, future in zip(chunks, futures, strict=True):
            try:
                done = future.result()
            except Exception:  # compile again here: an error that persists is raised
                done = None
            yield from map(do, chunk) if done is None else done
    except BaseException:  # Ctrl-C, or an internal error: nobody waits for the rest
        for worker in multiprocessing.active_children():
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _all(do: Callable[[_A], _B], things: Iterable[_A]) -> list[_B]:
    return list(map(do, things))


def _chunks(things: Sequence[_A], workers: int) -> list[Sequence[_A]]:
    size = max(1, min(_LARGEST, len(things) // (_CHUNKS * workers)))
    return [things[first : first + size] for first in range(0, len(things), size)]


def _method() -> str:
    """Return the start method of workers.

    A fork takes a tenth of the time, but it copies the locks that other threads hold, locked.
    """
    import threading

    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"
