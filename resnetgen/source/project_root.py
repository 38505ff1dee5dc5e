"""The project that a spec belongs to. `extends` may not leave it, since a spec may come from a stranger."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

MARKERS = ("pyproject.toml", ".git")
"""Names that mark the top folder of a project. A checkout has both, a copy of its files only the first."""


class ProjectTree(NamedTuple):
    """A folder and everything in it. `root` is its real path; `reason` says why it is the top."""

    root: str
    reason: str

    def contains(self, path: str | Path) -> bool:
        """Return whether a path, existing or not, is in the project once all links are followed. Nothing is opened.

        Raises:
            ValueError: no file can have such a name.
        """
        real = os.path.normcase(os.path.realpath(path))
        return real.startswith(os.path.join(os.path.normcase(self.root), ""))


def project_tree(folder: str | Path) -> ProjectTree:
    """Return the project that the specs in a folder belong to.

    Its top is the nearest folder, from this one upwards, that has a marker of a project; else the current directory if
    that is above; else the folder itself.
    """
    real = os.path.realpath(folder)
    top = real
    while True:
        marker = next((marker for marker in MARKERS if os.path.lexists(os.path.join(top, marker))), None)
        if marker is not None:
            return ProjectTree(top, f"where `{marker}` is")
        if top == os.path.dirname(top):
            break
        top = os.path.dirname(top)
    current = ProjectTree(os.path.realpath(os.curdir), "the current directory")
    return (
        current
        if current.contains(os.path.join(real, "")) or real == current.root
        else ProjectTree(real, "the spec's folder")
    )
