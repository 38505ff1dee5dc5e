"""Running the checks of one network in a worker process, which is replaced where it dies."""

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
from resnetgen.verify import IMPORTS, missing_requirement
from resnetgen.verify.task import OUTPUT, CheckResult, CheckStarted, Message, Task, WorkerStarted, file_name
from resnetgen.verify.verdict import State, failed, skipped
from resnetgen.verify.worker_entry import work

_EXIT_TIMEOUT = 10.0
"""Seconds that a worker has to exit after its last result."""

_SIGKILL = 9
"""SIGKILL, which the system sends where memory runs out; `signal` lacks it on Windows."""

_CRASHES = ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV")
"""The signals by which a library ends a process that runs it."""

_SMALL_3D = (
    "torch 2.13 aborts in oneDNN when it trains a small 3-D network on a CPU, which is no fault of the network; "
    "a larger --input-size or --device cuda avoids it, and in training `torch.backends.mkldnn.enabled = False`"
)

_WORKER_MODULE = "resnetgen.verify.worker"

_START_TIMEOUT = 300.0
"""Seconds that a worker has to import torch and find its device."""


class Waiting(NamedTuple):
    """A request to resume when `connection` is readable, or at the time `deadline` of `time.monotonic`."""

    connection: Connection
    deadline: float


def run_checks(task: Task) -> Generator[WorkerStarted | CheckResult | Waiting]:
    """Run the checks of a task; yield a result for every check, and when to resume the generator.

    The network's file is written to a temporary folder. Where the worker dies or exceeds the timeout, the current check
    fails, and another worker continues with the next one.

    Args:
        task: the network and the names of its checks.

    Raises:
        RunError: the device is not there, or no file can be written.
    """
    reasons = {name: missing_requirement(name) for name in task.checks}
    yield from (CheckResult(name, skipped(reason), 0.0) for name, reason in reasons.items() if reason)
    left = [name for name, reason in reasons.items() if not reason]
    with _folder(task) as folder:
        try:
            while left:
                yield from _run_worker(task._replace(checks=tuple(left)), folder, left)
        finally:
            _print_worker_output(folder)


@contextmanager
def _folder(task: Task) -> Iterator[str]:
    """Provide a temporary folder that contains the network's file."""
    with ExitStack() as stack:
        try:
            temporary = TemporaryDirectory(prefix="resnetgen-verify-", ignore_cleanup_errors=True)
            folder = stack.enter_context(temporary)
            with open(os.path.join(folder, file_name(task)), "w", encoding="utf-8") as file:
                file.write(task.source)
        except OSError as error:
            message = f"no temporary file can be written: {error.strerror or error}"
            raise RunError(message, "set TMPDIR to a folder that can be written to", "RG601") from None
        yield folder


def _run_worker(task: Task, folder: str, left: list[str]) -> Iterator[WorkerStarted | CheckResult | Waiting]:
    """Yield the results of one worker, and remove their checks from `left`."""
    for message in _worker_messages(task, folder):
        yield message
        if not isinstance(message, CheckResult):
            continue
        left.remove(message.check)
        if message.check == IMPORTS and message.verdict.state is State.FAILED:
            reason = f"not run, because `{IMPORTS}` failed"
            yield from (CheckResult(name, skipped(reason), 0.0) for name in left)
            left.clear()
            return


def _worker_messages(task: Task, folder: str) -> Iterator[WorkerStarted | CheckResult | Waiting]:
    """Yield the messages of a worker; where it dies or exceeds a timeout, the current check fails."""
    with _start_worker(task, folder) as (process, answers):
        at, limit, since, memory = task.checks[0], _START_TIMEOUT, time.monotonic(), False
        while True:
            yield Waiting(answers, time.monotonic() + limit)
            try:
                message: Message | None = answers.recv() if answers.poll() else None
            except (EOFError, OSError):  # it has ended
                process.join(_EXIT_TIMEOUT)
                end, memory = _describe_exit(process.exitcode, task), process.exitcode == -_SIGKILL
                break
            if message is None:
                end = f"it did not finish within {limit:g} second{'' if limit == 1 else 's'}"
                break
            if isinstance(message, RunError):
                raise message
            if isinstance(message, CheckStarted):
                at, limit, since = message.check, task.timeout, time.monotonic()
                continue
            yield message
            if isinstance(message, CheckResult):
                at, limit = "", _EXIT_TIMEOUT
        if at:
            yield CheckResult(at, failed(end, memory=memory), time.monotonic() - since)


@contextmanager
def _start_worker(task: Task, folder: str) -> Iterator[tuple[BaseProcess, Connection]]:
    """Provide a worker that runs a task and the connection that it answers on; end it afterwards."""
    context = _process_context(task)
    answers, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(task, folder, theirs))
    try:
        with block_sigint(context.get_start_method()):
            process.start()
        theirs.close()  # so that the pipe closes when the worker ends
        yield process, answers
    finally:
        answers.close()
        if process.pid is not None:
            process.join(0 if process.is_alive() and sys.exc_info()[0] else 1)
            process.kill()
            process.join()


def _process_context(task: Task) -> Any:
    """Return the context that starts workers: forks of a server that has only imported torch, where available.

    A plain fork of this process would inherit its locks.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():  # Windows
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["torch._dynamo" if task.device == "cpu" else "resnetgen.verify.preload", _WORKER_MODULE]
    )
    return context


def _describe_exit(code: int | None, task: Task) -> str:
    """Describe the exit code of a worker, with the likely cause of a signal."""
    if code is None:
        return "its process stopped responding"
    if code >= 0:
        return f"its process ended, with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    likely = ", as where memory runs out" if name == "SIGKILL" else ""
    if name in _CRASHES and task.trace.network.rank == 3 and task.device != "cuda":
        likely = f": {_SMALL_3D}"
    return f"its process was ended by {name}{likely}"


def _print_worker_output(folder: str) -> None:
    """Print the output of the workers, tracebacks included, where RESNETGEN_DEBUG=1."""
    path = os.path.join(folder, OUTPUT)
    if os.environ.get("RESNETGEN_DEBUG") == "1" and os.path.exists(path):
        with open(path, encoding="utf-8", errors="replace") as file:
            sys.stderr.write(file.read())
