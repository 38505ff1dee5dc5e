"""Read a file of weights for a command, or say why not."""

from __future__ import annotations

from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import WeightsError
from resnetgen.weights.file_contents import FileContents, StoredStateDict, Structure
from resnetgen.weights.read_file import read_structure, unreadable_file


def structure(path: str) -> Structure | Diagnostic:
    """Return the structure of a file, or the diagnostic of one that cannot be read."""
    try:
        return read_structure(path)
    except (WeightsError, OSError, ValueError) as error:
        return unreadable_file(path, error)


def chosen(contents: FileContents, key: str) -> StoredStateDict:
    """Return the state dict of a key, or the part of one whose names begin with it.

    Raises:
        WeightsError: there is none.
    """
    for each in contents.state_dicts:
        if key in ("", each.path):
            return each
        start = f"{key.removeprefix(f'{each.path}.').rstrip('.')}."
        shapes = {name: shape for name, shape in each.shapes.items() if name.startswith(start)}
        if shapes:
            return each._replace(shapes=shapes)
    paths = ", ".join(f"`{each.path}`" for each in contents.state_dicts if each.path)
    raise WeightsError(f"this file has no part `{key}`", f"its state dicts are {paths}" if paths else "")
