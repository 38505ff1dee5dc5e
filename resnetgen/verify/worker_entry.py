"""The entry point of worker processes. It imports no torch, so that the main process can refer to it."""

from __future__ import annotations

from multiprocessing.connection import Connection

from resnetgen.verify.task import Task


def work(task: Task, folder: str, answers: Connection) -> None:
    """Run the checks of a task: `worker.work`, imported, with torch, in the worker process alone."""
    from resnetgen.verify import worker

    worker.work(task, folder, answers)
