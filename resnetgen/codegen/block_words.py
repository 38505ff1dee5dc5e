"""The docstring of a block class without a description: its convolutions in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from resnetgen.ir.network import Block
from resnetgen.ops.conv import Conv
from resnetgen.ops.window import by_axis

_NUMBERS = {2: "two", 3: "three", 4: "four"}


def described(blocks: Sequence[Block]) -> str:
    """Describe the convolutions of blocks of one type, or its operators if it has none."""
    rows = [tuple(_convolutions(block)) for block in blocks]
    columns = [_either(dict.fromkeys(column)) for column in zip(*rows, strict=True)]
    name = f"(block type `{blocks[0].type}`)"
    if not columns:
        operators = dict.fromkeys(node.operator.label for block in blocks for node in block.branch)
        return f"{', '.join(operators).capitalize()} {name}."
    *others, last = (_several(kernel, len(tuple(equal))) for kernel, equal in groupby(columns))
    words = f"{', '.join(others)} and {last}" if others else last
    return f"{words[:1].upper()}{words[1:]} convolution{'s' if len(columns) > 1 else ''} {name}."


def _either(kinds: Collection[str]) -> str:
    """Join the convolutions at one place of the branch: `3x3 or 5x5 depthwise`."""
    split = [kind.partition(" ") for kind in kinds]
    if len({what for _, _, what in split}) > 1:
        return " or ".join(kinds)
    _, space, what = split[0]
    return " or ".join(kernel for kernel, _, _ in split) + space + what


def _several(kernel: str, count: int) -> str:
    return f"{_NUMBERS.get(count, count)} {kernel}" if count > 1 else kernel


def _convolutions(block: Block) -> Iterator[str]:
    for node in block.branch:
        if isinstance(node.operator, Conv):
            yield _conv(node.operator)
        elif node.operator.role == "spatial":
            yield node.operator.describe()


def _conv(operator: Conv) -> str:
    window = operator.receptive_window()
    kernel = by_axis(window.kernel) if len(window.kernel) > 1 else f"{window.kernel[0]}-wide"
    if operator.groups == 1:
        return kernel
    return f"{kernel} depthwise" if operator.groups == operator.in_channels else f"{kernel} grouped"
