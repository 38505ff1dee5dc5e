"""The expected variance of a map along the blocks of a network without norms (arXiv:2101.08692, section 3)."""

from __future__ import annotations

from math import prod

from resnetgen.ir.network import Block
from resnetgen.layers import Layer
from resnetgen.layers.multiply import UNIT_VARIANCE, MultiplyLayer
from resnetgen.layers.settings import Settings
from resnetgen.lower.block_types import NamedType
from resnetgen.ops.multiply import Multiply
from resnetgen.spec.spec import ShortcutOptions


def follows(kind: NamedType, settings: Settings) -> bool:
    """Return True if a layer of a block or of its shortcut depends on the variance, so that each block differs."""
    layers: list[Layer] = [*kind.type.branch] if kind.at is not None else []
    around: ShortcutOptions | None = settings.get("shortcut")
    if around is not None:
        layers += [*(around.layers or ()), *(around.resize or ())]
    return any(isinstance(layer, MultiplyLayer) and layer.multiply == UNIT_VARIANCE for layer in layers)


def after(block: Block, before: float, repeat: int = 1) -> float:
    """Return the variance of the map that leaves a block, or several equal ones in a row.

    The branch adds the square of the factor at its end, of the layer `multiply` or of a constant `branch_scale`. A
    projection starts anew, as it reads a map of variance one.

    Args:
        block: the block.
        before: the variance of the map that enters it.
        repeat: the number of blocks.
    """
    added = prod(_factors(block)) ** 2
    if block.shortcut.kind == "none":
        return added
    return added + 1.0 if block.shortcut.tap else before + repeat * added


def _factors(block: Block) -> list[float]:
    """Return the constants at the end of a branch.

    Of several behind an attention, the first makes up for what its gate takes, and leaves a variance of one.
    """
    found: list[float] = []
    for node in reversed(block.branch):
        match node.operator:
            case Multiply(by=factor):
                found.insert(0, factor)
            case operator if not operator.identity_in_eval:
                return found[1:] if operator.role == "attention" and len(found) > 1 else found
    return found
