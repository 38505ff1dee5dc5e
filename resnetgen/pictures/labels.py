"""The words of pictures: operators, shapes and figures."""

from __future__ import annotations

from resnetgen.analysis.cost import Cost
from resnetgen.analysis.step import Step
from resnetgen.number_format import with_si_prefix, with_times_sign
from resnetgen.ops.window import Shape, by_axis


def shape_words(shape: Shape) -> str:
    """Return a shape as in `64×56×56`."""
    return with_times_sign(by_axis(shape))


def step_words(step: Step) -> str:
    """Return what a step does: `max pool 3×3/2`."""
    return with_times_sign(step.node.operator.describe())


def times(word: str, count: int) -> str:
    """Return a word of the spec and how often it stands there, unless that is once."""
    return word if count == 1 else f"{word} × {count:,}"


def figures(cost: Cost) -> tuple[str, str]:
    """Return the multiply-adds and the parameters, to three digits."""
    return f"{with_si_prefix(cost.macs)} MACs", f"{with_si_prefix(cost.params)} params"


def exact_figures(cost: Cost) -> str:
    """Return the parameters and the multiply-adds in full."""
    return f"{cost.params:,} parameters, {cost.macs:,} MACs"
