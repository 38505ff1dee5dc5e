"""The tensors of a file of weights, without their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Shapes = dict[str, tuple[int, ...] | None]
"""The shape of each tensor by name; None for what is not a tensor."""

COUNTER = ".num_batches_tracked"
"""The end of the name of a batch norm's counter, which PyTorch supplies where a file lacks it."""


class FileContents(NamedTuple):
    """The tensors of a file.

    `versions` are the versions of the modules by name, which PyTorch keeps beside a state dict; None if the file has
    none. `inside` is the key of the file that holds the state dict; empty if the file is one.
    """

    shapes: Shapes
    versions: Mapping[str, int] | None = None
    inside: str = ""
