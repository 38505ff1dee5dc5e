"""The first thing that a process does which runs a network; nothing here needs torch, so that anyone may speak of it."""

from __future__ import annotations

from multiprocessing.connection import Connection

from resnetgen.verify.task import Task


def work(task: Task, folder: str, answers: Connection) -> None:
    """Run the checks of a task: see `child.work`, which is imported, with torch, in that process."""
    from resnetgen.verify import child

    child.work(task, folder, answers)
