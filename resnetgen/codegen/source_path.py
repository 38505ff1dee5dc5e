"""The path of a spec in the header of its emitted file."""

from __future__ import annotations

import os
from pathlib import Path

from resnetgen.resources import specs_folder
from resnetgen.source.collection import STANDARD_INPUT

SHIPPED = "resnetgen's specs/"
"""The paths of shipped specs begin with this."""


def origin(spec: Path, folder: str) -> str:
    """Return the path of a spec for a file in `folder`, independent of the working directory; or `standard input`.

    A shipped spec has its path in the collection, wherever that is installed; any other has its path relative to the
    folder.
    """
    if str(spec) == STANDARD_INPUT:
        return "standard input"
    collection = os.path.realpath(specs_folder())
    real = os.path.realpath(spec)
    if real.startswith(collection + os.sep):
        return f"{SHIPPED}{_posix(os.path.relpath(real, collection))}"
    # Of a link to a spec, the folder is made real and the name kept: it is what the user calls the spec.
    path = os.path.join(os.path.realpath(spec.parent), spec.name)
    try:
        return _posix(os.path.relpath(path, os.path.realpath(folder)))
    except ValueError:  # Windows: no relative path leads from one drive to another
        return spec.name


def _posix(path: str) -> str:
    return path.replace(os.sep, "/")
