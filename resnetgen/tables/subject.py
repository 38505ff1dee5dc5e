"""A network as a table shows it."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.compiler import Compiled


class Subject(NamedTuple):
    """A network, and the batch and the data type for its memory."""

    compiled: Compiled
    batch: int = 1
    dtype: str = "float32"
