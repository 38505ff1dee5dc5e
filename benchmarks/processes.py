"""The same measured in several processes, one after another: what a process happens to be like is noise too."""

import multiprocessing
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


def in_processes(count: int, measure: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> list[_R]:
    """What a function gives in each of so many fresh processes; a single time it is called in this one."""
    if count == 1:
        return [measure(*args, **kwargs)]
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return [pool.apply(measure, args, kwargs) for _ in range(count)]
