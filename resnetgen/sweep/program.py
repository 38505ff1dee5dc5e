"""Programs that scores start. They and what they have started end with the process that waits for them.

A program is a group of processes of its own, where the system has such groups: of a script, the training that it runs
is to end as well.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO

from resnetgen.runtime.worker_process import TERMINATION_SIGNALS
from resnetgen.sweep.trial import ScoreFailed

HAS_GROUPS = hasattr(os, "killpg")
"""False on Windows."""

_running: list[subprocess.Popen[str]] = []
"""The programs that this process waits for."""

_lock = threading.Lock()
"""Is held while a program starts: the thread that ends a worker with its parent waits for that."""


@contextmanager
def running(words: Sequence[str], errors: IO[str]) -> Iterator[subprocess.Popen[str]]:
    """Start a program, whose standard output is a pipe; if the block ends early, by an error, so does the program.

    Args:
        words: its name and its arguments.
        errors: the file that gets its standard error.

    Raises:
        ScoreFailed: it cannot be started.
    """
    try:
        with _signals_deferred(), _lock:
            process = _started(words, errors)
            _running.append(process)
    except BaseException:
        kill_running()
        _running.clear()
        raise
    try:
        with process:
            try:
                yield process
            except BaseException:  # Ctrl-C, or a search that prunes the trial
                _kill(process)
                raise
    finally:
        _running.remove(process)


def kill_running() -> None:
    """Kill the programs that this process waits for, as it ends itself."""
    with _lock:
        for each in _running:
            _kill(each)


def _started(words: Sequence[str], errors: IO[str]) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            errors="replace",
            process_group=0 if HAS_GROUPS else None,
        )
    except OSError as error:
        raise ScoreFailed(f"{words[0]} cannot be started: {error.strerror or error}") from None


@contextmanager
def _signals_deferred() -> Iterator[None]:
    """Handle signals that come inside at the end: by then it is known what a handler has to kill."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread handles signals
        yield
        return
    numbers = (signal.SIGINT, *TERMINATION_SIGNALS)
    handlers = {number: found for number in numbers if callable(found := signal.getsignal(number))}
    arrived: list[int] = []
    for number in handlers:
        signal.signal(number, lambda number, _: arrived.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in arrived:
            signal.raise_signal(number)


def _kill(process: subprocess.Popen[str]) -> None:
    if HAS_GROUPS:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
