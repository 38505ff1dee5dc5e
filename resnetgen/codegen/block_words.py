"""The docstring of a block class without a description: its convolutions in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resnetgen.ir.network import Block
from resnetgen.ops.conv import Conv
from resnetgen.ops.operator import by_axis


def described(blocks: Sequence[Block]) -> str:
    """Describe the convolutions of blocks of one type; if they differ, name the type alone."""
    rows = {tuple(_convolutions(block)) for block in blocks}
    convolutions = rows.pop() if len(rows) == 1 else ()
    name = f"lock type `{blocks[0].type}`"
    if not convolutions:
        return f"B{name} of the spec."
    *others, last = convolutions
    words = f"{', '.join(others)} and {last}" if others else last
    return f"Convolution{'s' if others else ''} of {words} (b{name})."


def _convolutions(block: Block) -> Iterator[str]:
    for node in block.branch:
        if isinstance(node.operator, Conv):
            yield _conv(node.operator)
        elif node.operator.role == "spatial":
            yield node.operator.describe()


def _conv(operator: Conv) -> str:
    window = operator.receptive_window()
    kernel = by_axis(window.kernel)
    if operator.groups == 1:
        return kernel
    return f"{kernel} depthwise" if operator.groups == operator.in_channels else f"{kernel} grouped"
