"""Where a process begins that runs a network. Nothing here needs torch, so that any process may speak of it."""

from __future__ import annotations

from multiprocessing.connection import Connection

from resnetgen.verify.task import Task


def work(task: Task, folder: str, answers: Connection) -> None:
    """Run the checks of a task: see `child.work`, which is imported, with torch, in that process."""
    from resnetgen.verify import worker

    worker.work(task, folder, answers)
