"""A measurement repeated in several processes, one after another, since each process brings noise of its own."""

import multiprocessing
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


def in_processes(count: int, measure: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> list[_R]:
    """Return the result of a function in each of `count` fresh processes; for a count of 1, in this process."""
    if count == 1:
        return [measure(*args, **kwargs)]
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return [pool.apply(measure, args, kwargs) for _ in range(count)]
