"""The tree of folders that a spec belongs to, which `extends` may not leave: a spec may come from a stranger."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

MARKERS = ("pyproject.toml", ".git")
"""What stands in the top folder of a project; a checkout has both, a copy of its files the first alone."""


class ProjectTree(NamedTuple):
    """A folder with all that is in it. `root` is its real path, and `why` says what makes it the top one."""

    root: str
    why: str

    def holds(self, path: str | Path) -> bool:
        """Whether a file, there or not, is inside once every link on the way is followed. Nothing is opened.

        Raises:
            ValueError: no file can have such a name.
        """
        real = os.path.normcase(os.path.realpath(path))
        return real.startswith(os.path.join(os.path.normcase(self.root), ""))


def project_tree(folder: str | Path) -> ProjectTree:
    """The tree that the specs in a folder belong to.

    Its top is the nearest folder above, or that folder itself, which is marked as the top of a project; else the
    current directory, where it is above; else the folder.
    """
    real = os.path.realpath(folder)
    above = real
    while True:
        mark = next((mark for mark in MARKERS if os.path.lexists(os.path.join(above, mark))), None)
        if mark is not None:
            return ProjectTree(above, f"where `{mark}` is")
        if above == os.path.dirname(above):
            break
        above = os.path.dirname(above)
    current = ProjectTree(os.path.realpath(os.curdir), "the current directory")
    return (
        current
        if current.holds(os.path.join(real, "")) or real == current.root
        else ProjectTree(real, "the spec's folder")
    )
