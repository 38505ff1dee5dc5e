"""The examination of a network, by a process of its own for as long as that lives."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from resnetgen.errors import RunError
from resnetgen.runtime.worker_process import block_sigint
from resnetgen.verify import IMPORTS, unmet
from resnetgen.verify.task import OUTPUT, Begun, Message, Row, Started, Task, file_name
from resnetgen.verify.verdict import State, failed, skipped
from resnetgen.verify.worker_entry import work

_PATIENCE = 10.0
"""Seconds that a process has to end by itself, once it has nothing more to say."""

_KILLED = 9
"""SIGKILL, which the system sends where memory runs out; `signal` does not have it on Windows."""

_CHILD = "resnetgen.verify.worker"

_START = 300.0
"""Seconds that a process has to import torch and find its device."""


class Awaited(NamedTuple):
    """An examination can go on when there are answers to read, or at that time of `time.monotonic`."""

    answers: Connection
    until: float


def examination(task: Task) -> Generator[Started | Row | Awaited]:
    """What the checks of a task find, as they find it, and when to go on; every check has a row.

    The network's file is written to a folder that is removed in the end. Where the process that runs it dies, or takes
    too long, that is what the check found that it was at, and another process goes on with the next one.

    Raises:
        RunError: the device is not there, or no file can be written.
    """
    reasons = {name: unmet(name) for name in task.checks}
    yield from (Row(name, skipped(reason), 0.0) for name, reason in reasons.items() if reason)
    left = [name for name, reason in reasons.items() if not reason]
    with _folder(task) as folder:
        try:
            while left:
                yield from _attempt(task._replace(checks=tuple(left)), folder, left)
        finally:
            _echo(folder)


@contextmanager
def _folder(task: Task) -> Iterator[str]:
    """A temporary folder with the network's file."""
    with ExitStack() as stack:
        try:
            kept = TemporaryDirectory(prefix="resnetgen-verify-", ignore_cleanup_errors=True)
            folder = stack.enter_context(kept)
            with open(os.path.join(folder, file_name(task)), "w", encoding="utf-8") as file:
                file.write(task.source)
        except OSError as error:
            message = f"no temporary file can be written: {error.strerror or error}"
            raise RunError(message, "set TMPDIR to a folder that can be written to", "RG601") from None
        yield folder


def _attempt(task: Task, folder: str, left: list[str]) -> Iterator[Started | Row | Awaited]:
    """What one process finds; the checks that have a row are taken off the list."""
    for message in _process(task, folder):
        yield message
        if not isinstance(message, Row):
            continue
        left.remove(message.check)
        if message.check == IMPORTS and message.verdict.state is State.FAILED:
            reason = f"not run, because `{IMPORTS}` failed"
            yield from (Row(name, skipped(reason), 0.0) for name in left)
            left.clear()
            return


def _process(task: Task, folder: str) -> Iterator[Started | Row | Awaited]:
    """What a process sends; where it dies or has to be ended, the last row tells that of the check that it was at."""
    with _started(task, folder) as (process, answers):
        at, limit, since, memory = task.checks[0], _START, time.monotonic(), False
        while True:
            yield Awaited(answers, time.monotonic() + limit)
            try:
                message: Message | None = answers.recv() if answers.poll() else None
            except (EOFError, OSError):  # it is gone
                process.join(_PATIENCE)
                end, memory = _words(process.exitcode), process.exitcode == -_KILLED
                break
            if message is None:
                end = f"it did not finish within {limit:g} second{'' if limit == 1 else 's'}"
                break
            if isinstance(message, RunError):
                raise message
            if isinstance(message, Begun):
                at, limit, since = message.check, task.timeout, time.monotonic()
                continue
            yield message
            if isinstance(message, Row):
                at, limit = "", _PATIENCE
        if at:
            yield Row(at, failed(end, memory=memory), time.monotonic() - since)


@contextmanager
def _started(task: Task, folder: str) -> Iterator[tuple[BaseProcess, Connection]]:
    """A process at work on a task, with the end of the pipe that it answers to. It is gone afterwards."""
    context = _context(task)
    answers, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(task, folder, theirs))
    try:
        with block_sigint(context.get_start_method()):
            process.start()
        theirs.close()  # so that its end is the end of the pipe
        yield process, answers
    finally:
        answers.close()
        if process.pid is not None:
            process.join(0 if process.is_alive() and sys.exc_info()[0] else 1)
            process.kill()
            process.join()


def _context(task: Task) -> Any:
    """How processes are started: as forks of one that has imported torch and nothing has run in, where there are any.

    What takes part of this process's memory with it, a plain fork, would take its locks too.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():  # Windows
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["torch._dynamo" if task.device == "cpu" else "resnetgen.verify.preload", _CHILD])
    return context


def _words(code: int | None) -> str:
    """How a process ended, in words."""
    if code is None:
        return "its process stopped responding"
    if code >= 0:
        return f"its process ended, with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    likely = ", as where memory runs out" if name == "SIGKILL" else ""
    return f"its process was ended by {name}{likely}"


def _echo(folder: str) -> None:
    """Show what was printed in the process, tracebacks among it, to who looks for a fault."""
    path = os.path.join(folder, OUTPUT)
    if os.environ.get("RESNETGEN_DEBUG") == "1" and os.path.exists(path):
        with open(path, encoding="utf-8", errors="replace") as file:
            sys.stderr.write(file.read())
