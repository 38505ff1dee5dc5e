"""Renumber the modules that remain after folding; all other names stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import NamedTuple


def renamed(names: Sequence[str], kept: Collection[int], fixed: Collection[int] = ()) -> list[str]:
    """Return the new names of the modules with the indices in `kept`, in order.

    Numbers in a container start from 0 again, unless one of its modules is `fixed`, as a stage is; a container with one
    module left gives its name to that module.
    """
    paths = [_Path(name.split("."), index in kept, index in fixed) for index, name in enumerate(names)]
    return [".".join(path) for path in _level(paths)]


class _Path(NamedTuple):
    """The rest of a name, whether what it names is kept, and whether its name may not change."""

    rest: list[str]
    kept: bool
    fixed: bool

    def inside(self) -> _Path:
        return self._replace(rest=self.rest[1:])


def _level(paths: list[_Path]) -> list[list[str]]:
    """Return the new paths of the kept names, at one level of nesting."""
    runs = [(first, list(run)) for first, run in groupby(paths, key=lambda path: path.rest[0])]
    left = [(first, run) for first, run in runs if any(path.kept for path in run)]
    counted = all(first.isdigit() for first, _ in runs)
    stays = any(path.fixed and len(path.rest) == 1 for path in paths)
    return [
        [str(position) if counted and not stays else first, *rest]
        for position, (first, run) in enumerate(left)
        for rest in _inside([path.inside() for path in run])
    ]


def _inside(paths: list[_Path]) -> list[list[str]]:
    """Return the new paths inside one name, which may be a container's."""
    kept = [path.rest for path in paths if path.kept]
    if len(kept) == 1 and (not kept[0] or len(paths) > 1):
        return [[]]
    if not paths[0].rest:  # a convolution that holds the others, and stays
        return [[], *_level(paths[1:])]
    return _level(paths)
