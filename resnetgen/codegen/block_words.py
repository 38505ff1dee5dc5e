"""The docstring of a block class without a description: its convolutions in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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


def _either(kernels: Iterable[str]) -> str:
    """Join kernels by "or", with a word that all of them end in only once: `3x3 or 5x5 depthwise`."""
    sizes, kinds = zip(*(kernel.partition(" ")[::2] for kernel in kernels), strict=True)
    return f"{' or '.join(sizes)} {kinds[0]}".rstrip() if len(set(kinds)) == 1 else " or ".join(kernels)


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
