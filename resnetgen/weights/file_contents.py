"""What a file of weights says of its tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Shapes = dict[str, tuple[int, ...] | None]
"""Each tensor by its name, with its shape; None for what is no tensor."""


class FileContents(NamedTuple):
    """The tensors of a file.

    `versions` are those that PyTorch keeps of the modules beside a state dict, by their names; None where the file has
    none. `inside` is the key of the file that held the state dict, empty where the file is one.
    """

    shapes: Shapes
    versions: Mapping[str, int] | None = None
    inside: str = ""


class Unreadable(Exception):  # whoever asked for the file knows where to report it
    """A file that is no file of weights: in words, with a way out."""

    def __init__(self, message: str, help: str = "") -> None:
        self.message = message
        self.help = help
        super().__init__(message)
