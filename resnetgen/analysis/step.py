"""A step: one operator with its shapes at one input size."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.ir.network import Node
from resnetgen.ops.window import Shape


class Step(NamedTuple):
    """An operator with its input and output shape."""

    node: Node
    input: Shape
    output: Shape
