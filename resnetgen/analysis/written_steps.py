"""The steps of a trace whose layers a spec has written itself."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.shape_inference import Trace
from resnetgen.analysis.step import Step


def written_steps(trace: Trace) -> Iterator[Step]:
    """Yield the steps of stem, branches and head, without those of layers that a built-in block type has written."""
    yield from trace.stem
    for stage in trace.stages:
        for part in stage.parts:
            yield from (step for step in part.trace.branch if step.node.at)
    yield from trace.head
