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
