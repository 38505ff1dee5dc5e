"""How the header of an emitted file names the spec that it was made from."""

from __future__ import annotations

import os
from pathlib import Path

from resnetgen.resources import specs_folder


def origin(spec: Path, folder: str) -> str:
    """Name a spec in a file of `folder`, the same from whatever working directory both are named.

    A spec of the collection goes by its place there, wherever that is installed; any other by the way to it from the
    file.
    """
    collection = os.path.realpath(specs_folder())
    real = os.path.realpath(spec)
    if real.startswith(collection + os.sep):
        return f"resnetgen's specs/{_posix(os.path.relpath(real, collection))}"
    # Of a link to a spec, the folder is made real and the name kept: it is what the user calls the spec.
    path = os.path.join(os.path.realpath(spec.parent), spec.name)
    try:
        return _posix(os.path.relpath(path, os.path.realpath(folder)))
    except ValueError:  # Windows: there is no way from one drive to another
        return spec.name


def _posix(path: str) -> str:
    return path.replace(os.sep, "/")
