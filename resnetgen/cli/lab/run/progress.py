"""Bars for trainings: how many are done, and for each that runs its loss and the time that is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from resnetgen.cli.progress import has_bars
from resnetgen.lab.listener import Listener

if TYPE_CHECKING:
    from resnetgen.lab.results import TrialResult
    from resnetgen.lab.runner import Plan


def duration(seconds: float) -> str:
    """Return a time in words: `40 s`, `6 min`, `2.5 h`, `3.0 days`.

    Example:
        >>> duration(372.0)
        '6 min'
    """
    for unit, size, digits in (("days", 86_400.0, 1), ("h", 3_600.0, 1), ("min", 60.0, 0)):
        if seconds >= size * 1.5:
            return f"{seconds / size:.{digits}f} {unit}"
    return f"{max(seconds, 1):.0f} s"


@contextmanager
def watching(planned: Plan, *, shown: bool) -> Iterator[Listener]:
    """Yield a listener that draws bars, if standard error is a terminal and `shown` is true."""
    if not (shown and has_bars()):
        yield Listener()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(20),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Bars(planned, bars)


class _Bars(Listener):
    def __init__(self, planned: Plan, bars: Any) -> None:
        self._planned = planned
        self._bars = bars
        self._tasks: dict[int, Any] = {}
        count = len(planned.trials)
        self._all = bars.add_task("networks", total=count, note=f"0 of {count}")

    def on_step(self, index: int, step: int, loss: float) -> None:
        trial = self._planned.trials[index]
        if index not in self._tasks:
            recipe = trial.experiment.recipe
            total = recipe.epochs * (len(trial.data.train.labels) // recipe.batch)
            self._tasks[index] = self._bars.add_task(trial.name, total=total, note="")
        self._bars.update(self._tasks[index], completed=step, note=f"loss {loss:.3g}")

    def on_done(self, index: int, result: TrialResult) -> None:
        if index in self._tasks:
            self._bars.remove_task(self._tasks.pop(index))
        self._bars.advance(self._all)
        done = int(self._bars.tasks[0].completed)
        self._bars.update(self._all, note=f"{done} of {len(self._planned.trials)}")
