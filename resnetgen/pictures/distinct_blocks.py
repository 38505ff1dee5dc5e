"""The distinct blocks of a network: those of one form, however wide they are, are drawn once."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.analysis.shape_inference import BlockTrace, Trace
from resnetgen.analysis.step import effective
from resnetgen.pictures.shortcut_marks import mark_of


class Form(NamedTuple):
    """A form of block: the first block of it, by name and shapes, and the number of blocks in each of its stages."""

    first: str
    trace: BlockTrace
    stages: dict[str, int]

    @property
    def blocks(self) -> int:
        """The number of blocks of this form."""
        return sum(self.stages.values())


def forms(trace: Trace) -> list[Form]:
    """Return the forms of a network's blocks in the order of their first blocks."""
    found: dict[tuple[object, ...], Form] = {}
    for stage in trace.stages:
        for part in stage.parts:
            if not part.trace.block.opens_stage:
                name = f"{stage.stage.name}.{part.first}"
                form = found.setdefault(form_of(part.trace), Form(name, part.trace, {}))
                form.stages[stage.stage.name] = form.stages.get(stage.stage.name, 0) + part.count
    return list(found.values())


def form_of(trace: BlockTrace) -> tuple[object, ...]:
    """Return what is equal in blocks of one form.

    Two blocks have one form if they have equal kinds of operators with equal kernels, strides and dilations at equal
    places. Channels, groups and sizes may differ.
    """
    parts = (trace.branch, trace.shortcut, trace.post_add)
    branch, shortcut, after = (tuple(step.node.operator.form() for step in effective(steps)) for steps in parts)
    block = trace.block
    return block.type, branch, mark_of(block.shortcut), shortcut, block.shortcut.tap, after
