"""The words of pictures: operators, shapes and figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from resnetgen.analysis.cost import Cost
from resnetgen.analysis.step import Step
from resnetgen.number_format import with_si_prefix
from resnetgen.ops.identity import Identity
from resnetgen.ops.window import Shape, by_axis

_BY = re.compile(r"(?<=\d)x(?=\d)")


def with_signs(text: str) -> str:
    """Return a text with the sign of multiplication between numbers: `conv 3×3/2`."""
    return _BY.sub("×", text)


def shape_words(shape: Shape) -> str:
    """Return a shape as in `64×56×56`."""
    return by_axis(shape).replace("x", "×")


def step_words(step: Step) -> str:
    """Return what a step does: `max pool 3×3/2`."""
    return with_signs(step.node.operator.describe())


def effective(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps that do something: an identity only keeps a place in a sequence."""
    return tuple(step for step in steps if not isinstance(step.node.operator, Identity))


def summarized(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps that matter, or all if none does."""
    return tuple(step for step in steps if step.node.operator.is_summarized) or steps


def listed(words: Iterable[str]) -> list[str]:
    """Return words with equal neighbours counted: `linear × 2`."""
    return [times(word, len(list(same))) for word, same in groupby(words)]


def times(word: str, count: int) -> str:
    """Return a word and how often it stands there, unless that is once."""
    return word if count == 1 else f"{word} × {count:,}"


def figures(cost: Cost) -> tuple[str, str]:
    """Return the multiply-adds and the parameters, to three digits."""
    return f"{with_si_prefix(cost.macs)} MACs", f"{with_si_prefix(cost.params)} params"


def exact_figures(cost: Cost) -> str:
    """Return the parameters and the multiply-adds in full."""
    return f"{cost.params:,} parameters, {cost.macs:,} MACs"
