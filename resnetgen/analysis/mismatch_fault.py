"""The fault of an operator that cannot take a shape."""

from __future__ import annotations

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.ir.network import Node
from resnetgen.ops.window import ShapeMismatch, by_axis


def mismatch_fault(node: Node, mismatch: ShapeMismatch, at: Path, size: tuple[int, ...]) -> Fault:
    """Return the fault of an operator that cannot take its input, of a network with an input of some size.

    Args:
        node: the operator.
        mismatch: the reason.
        at: the path of what asked for its block; empty for the stem and heads.
        size: the input size.
    """
    where = Place(node.at) if node.at else Place(at, Part.KEY)
    related = [(Place(("input", "size")), f"the input is {by_axis(size)}")]
    if node.at and at and node.at[: len(at)] != at:
        related.append((Place(at, Part.KEY), "used here"))
    message = f"{node.name} ({node.operator.describe()}) {mismatch.why}"
    other = "a window that fits" if node.operator.receptive_window() else f"another {node.operator.role}"
    help = f"use a larger input, fewer strides, or {other}"
    return Fault("RG304", message, where, related=tuple(related), help=mismatch.help or help)
