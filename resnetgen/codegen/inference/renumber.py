"""Renumber the modules that remain after folding; all other names stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby


def renamed(names: Sequence[str], kept: Collection[int]) -> list[str]:
    """Return the new names of the modules with the indices in `kept`, in order.

    Numbers in a container start from 0 again; a container with one module left gives its name to that module.
    """
    paths = [(name.split("."), index in kept) for index, name in enumerate(names)]
    return [".".join(path) for path in _level(paths)]


Paths = list[tuple[list[str], bool]]
"""The rest of each name, and whether what it names is kept."""


def _level(paths: Paths) -> list[list[str]]:
    """Return the new paths of the kept names, at one level of nesting."""
    runs = [(first, list(run)) for first, run in groupby(paths, key=lambda each: each[0][0])]
    left = [(first, run) for first, run in runs if any(kept for _, kept in run)]
    numbered = all(first.isdigit() for first, _ in runs)
    return [
        [str(position) if numbered else first, *rest]
        for position, (first, run) in enumerate(left)
        for rest in _inside([(path[1:], kept) for path, kept in run])
    ]


def _inside(paths: Paths) -> list[list[str]]:
    """Return the new paths inside one name, which may be a container's."""
    kept = [path for path, stays in paths if stays]
    if len(kept) == 1 and (not kept[0] or len(paths) > 1):
        return [[]]
    if not paths[0][0]:  # a convolution that holds the others, and stays
        return [[], *_level(paths[1:])]
    return _level(paths)
