"""Processes that work for this one: they hear no Ctrl-C, which this one does, and end where it is no more."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

TERMINATION_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What ends a process in order: being told to, and the closing of its terminal, which Windows does not tell."""


@contextmanager
def block_sigint(method: str) -> Iterator[None]:
    """Keep Ctrl-C, which a terminal sends to all processes, from those that start here: this one alone ends them.

    `method` is how multiprocessing starts them.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    if method != "fork":  # others are watched by a process that is started first, after which Ctrl-C is heard again
        from multiprocessing.resource_tracker import ensure_running

        ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def set_up_worker() -> None:
    """Make a worker deaf to Ctrl-C, and let it end where the process that started it is no more, or as it is told."""
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for each in TERMINATION_SIGNALS:
        signal.signal(each, signal.SIG_DFL)  # a fork has the handlers of who started it
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    from multiprocessing.connection import wait
    from multiprocessing.process import parent_process

    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
