"""A network as a table shows it."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.compiler import Compiled
from resnetgen.runtime.latency import Latency


class Subject(NamedTuple):
    """A network, the batch and the data type for its memory, and its time on a device if it was measured."""

    compiled: Compiled
    batch: int = 1
    dtype: str = "float32"
    latency: Latency | None = None
