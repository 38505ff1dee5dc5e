"""Setup of worker processes: they ignore Ctrl-C, which the parent handles, and exit with the parent."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

TERMINATION_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals that ask a process to end; Windows has no SIGHUP."""


@contextmanager
def block_sigint(method: str) -> Iterator[None]:
    """Block SIGINT in processes that are started inside: a terminal sends it to all, and the parent ends them.

    Args:
        method: The start method of multiprocessing.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    if method != "fork":  # other methods start a tracker process first, which unblocks SIGINT again
        from multiprocessing.resource_tracker import ensure_running

        ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def set_up_worker(at_end: Callable[[], None] | None = None) -> None:
    """Make a worker ignore Ctrl-C, and exit when its parent does or on a termination signal.

    Args:
        at_end: is called before it exits in one of these ways.
    """
    import threading

    def end(number: int, _: object) -> NoReturn:
        if at_end is not None:
            at_end()
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for each in TERMINATION_SIGNALS:  # a fork inherits the handlers of its parent
        signal.signal(each, signal.SIG_DFL if at_end is None else end)
    threading.Thread(target=_exit_with_parent, args=(at_end,), daemon=True).start()


def _exit_with_parent(at_end: Callable[[], None] | None) -> None:
    from multiprocessing.connection import wait
    from multiprocessing.process import parent_process

    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    if at_end is not None:
        at_end()
    os._exit(1)
