"""A network as a report shows it."""

from __future__ import annotations

from functools import cached_property

from resnetgen.compiler import Compiled
from resnetgen.frozen import FrozenIdentity
from resnetgen.summary.network_summary import NetworkSummary, summarize
from resnetgen.summary.rows import STAGES, Row


class Subject(FrozenIdentity):
    """A network, the beginning of its ids on the page, and the batch and the data type for its memory."""

    compiled: Compiled
    id: str
    batch: int = 1
    dtype: str = "float32"

    @cached_property
    def summary(self) -> NetworkSummary:
        """Its figures, with a row for each stage."""
        return summarize(self.compiled, STAGES, self.batch, self.dtype)

    @property
    def parts(self) -> list[Row]:
        """The rows of stem, stages and heads."""
        return self.summary.rows[1:-1]
