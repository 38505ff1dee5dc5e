"""Progress bars for slow commands."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

AFTER = 1.0
"""Seconds before there is a bar: what is shorter needs none, and rich is slow to import."""

_EVERY = 0.1
"""Seconds from one drawing of it to the next."""

_T = TypeVar("_T")


def with_progress(items: Iterable[_T], total: int) -> Iterator[_T]:
    """Yield items as they come, `total` in all; if standard error is a terminal, a bar shows their number.

    It is drawn between items, so that no thread is needed, and it is removed when they end, even by an exception.
    """
    return _watched(iter(items), total) if total > 1 and has_bars() else iter(items)


@contextmanager
def with_steps(what: str, steps: Sequence[str]) -> Iterator[Callable[[str], None]]:
    """Show a bar for the steps of one slow task, such as a check of `verify`, if standard error is a terminal.

    Args:
        what: the task.
        steps: names of its steps, in order.

    Yields:
        A function to call with the name of each step when it begins. The bar is removed when the block ends.
    """
    if not has_bars():
        yield lambda step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[step]}"))
    bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
    with bar:
        task = bar.add_task(what, total=len(steps), step=steps[0])

        def begin(step: str) -> None:
            bar.update(task, completed=steps.index(step), step=step)
            bar.refresh()

        bar.refresh()
        yield begin


def has_bars() -> bool:
    """Tell whether standard error is a terminal that bars can be drawn on."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _watched(items: Iterator[_T], total: int) -> Iterator[_T]:
    start = time.monotonic()
    for done, item in enumerate(items, 1):
        yield item
        if time.monotonic() - start > AFTER:
            yield from _drawn(items, done, total)
            return


def _drawn(items: Iterator[_T], done: int, total: int) -> Iterator[_T]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
    with bar:
        task = bar.add_task("specs", total=total, completed=done)
        drawn = -_EVERY
        for item in items:
            if time.monotonic() - drawn > _EVERY:
                drawn = time.monotonic()
                bar.refresh()
            yield item
            bar.advance(task)
