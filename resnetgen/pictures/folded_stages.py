"""The stages of a network that a picture shows: of very many, the first ones and the last."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.analysis.cost import Cost, stage_cost
from resnetgen.analysis.shape_inference import StageTrace, Trace

MOST = 24
"""The most stages that a picture shows."""


class FoldedStages(NamedTuple):
    """The first stages, those that are counted and not drawn, and the last."""

    first: tuple[StageTrace, ...]
    folded: tuple[StageTrace, ...]
    last: tuple[StageTrace, ...]

    def words(self) -> str:
        """Return the number of the stages that are not drawn, in words."""
        return f"{len(self.folded):,} more stages"

    def cost(self) -> Cost:
        """Return the cost of the stages that are not drawn."""
        return sum(map(stage_cost, self.folded), Cost())


def folded_stages(trace: Trace) -> FoldedStages:
    """Return the stages of a network, folded if there are very many."""
    stages = trace.stages
    if len(stages) <= MOST:
        return FoldedStages(stages, (), ())
    return FoldedStages(stages[: MOST - 1], stages[MOST - 1 : -1], stages[-1:])
