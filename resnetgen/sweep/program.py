"""Programs that scores start. They and what they have started end with the process that waits for them.

A program is a group of processes of its own, where the system has such groups: of a script, the training that it runs
is to end as well.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO

from resnetgen.sweep.trial import ScoreFailed

HAS_GROUPS = hasattr(os, "killpg")
"""False on Windows."""

_running: list[subprocess.Popen[str]] = []
"""The programs that this process waits for."""


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
        process = subprocess.Popen(
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
    _running.append(process)
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
    for each in _running:
        _kill(each)


def _kill(process: subprocess.Popen[str]) -> None:
    if HAS_GROUPS:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
