"""Refuse to read what is no file of weights: a pipe, which would wait for a writer, or a pointer of Git LFS."""

from __future__ import annotations

import os
import stat

from resnetgen.errors import WeightsError

_POINTER = b"version https://git-lfs.github.com/spec/"
"""The start of a pointer file (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md)."""


def require_regular(path: str) -> None:
    """Check that there is a regular file, and that its content is here.

    Raises:
        WeightsError: it is a folder, a pipe or a device, or stands for a file that Git LFS has not fetched.
        OSError: there is none.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise WeightsError("this is a folder or a device, not a file")
    with open(path, "rb") as file:
        if file.read(len(_POINTER)) == _POINTER:
            raise WeightsError(
                "this is a pointer of Git LFS, not the file itself", "run `git lfs pull` in its repository"
            )
