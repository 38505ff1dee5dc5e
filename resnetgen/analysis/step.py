"""A step: one operator with its shapes at one input size; and summaries of sequences of steps."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from resnetgen.ir.network import Node
from resnetgen.number_format import repeated
from resnetgen.ops.window import Shape


class Step(NamedTuple):
    """An operator with its input and output shape."""

    node: Node
    input: Shape
    output: Shape


def effective(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps that do something."""
    return tuple(step for step in steps if not step.node.operator.is_identity)


def summarized(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps that a summary mentions, or all if it would mention none."""
    return tuple(step for step in steps if step.node.operator.is_summarized) or steps


def summary(steps: tuple[Step, ...]) -> list[str]:
    """Return the words of the steps that a summary mentions, with equal neighbours counted: `conv 3x3 x 2`."""
    words = (step.node.operator.describe() for step in summarized(steps))
    return [repeated(word, len(list(same))) for word, same in groupby(words)]
