"""Read a file of weights for a command, or say why not."""

from __future__ import annotations

from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import WeightsError
from resnetgen.weights.file_contents import Structure
from resnetgen.weights.read_file import read_structure, unreadable_file


def structure(path: str) -> Structure | Diagnostic:
    """Return the structure of a file, or the diagnostic of one that cannot be read."""
    try:
        return read_structure(path)
    except (WeightsError, OSError, ValueError) as error:
        return unreadable_file(path, error)
