"""The expected variance of a map along the blocks of a network without norms (arXiv:2101.08692, section 3)."""

from __future__ import annotations

from resnetgen.ir.network import Block
from resnetgen.layers.multiply import UNIT_VARIANCE, MultiplyLayer
from resnetgen.lower.block_types import NamedType
from resnetgen.ops.multiply import Multiply


def follows(kind: NamedType) -> bool:
    """Return True if a layer of a block type depends on the variance, so that each block differs."""
    return kind.at is not None and any(
        isinstance(layer, MultiplyLayer) and layer.multiply == UNIT_VARIANCE for layer in kind.type.branch
    )


def after(block: Block, before: float) -> float:
    """Return the variance of the map that leaves a block.

    The branch adds the square of the factor at its end. A projection starts anew, as it reads a map of variance one.

    Args:
        block: the block.
        before: the variance of the map that enters it.
    """
    last = next((node.operator for node in reversed(block.branch) if not node.operator.identity_in_eval), None)
    added = last.by**2 if isinstance(last, Multiply) else 1.0
    return added + (1.0 if block.shortcut.tap else before)
