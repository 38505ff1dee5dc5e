"""The widths and depths of pycls's AnyNets and RegNets (arXiv:2003.13678)."""

from __future__ import annotations

from itertools import groupby
from math import log
from typing import NamedTuple

from resnetgen.importing.settings import Settings

_QUANTUM = 8
"""The widths of a RegNet are multiples of it."""

_DEEPEST = 1000
"""The most blocks of a RegNet."""


class Body(NamedTuple):
    """The stages of a network, each with its blocks, channels, stride and channels of a group."""

    depths: list[int]
    widths: list[int]
    strides: list[int]
    group_widths: list[int]


def regnet_body(settings: Settings) -> Body:
    """Return the stages of a RegNet by its rule: widths grow linearly with the block, rounded to powers of WM."""
    depth = settings.whole("DEPTH", 10)
    start, slope, factor = settings.number("W0", 32), settings.number("WA", 5.0), settings.number("WM", 2.5)
    group, stride = settings.whole("GROUP_W", 16), settings.whole("STRIDE", 2)
    for key, wrong in (("W0", start < _QUANTUM or start % _QUANTUM), ("WM", factor <= 1), ("DEPTH", depth > _DEEPEST)):
        if wrong:
            settings.note(key, f"`{key}` is out of range: W0 is a multiple of 8, WM above 1, DEPTH at most {_DEEPEST}")
            return Body([1], [64], [stride], [64])
    if settings.number("BOT_MUL", 1.0) != 1.0:
        settings.refuse("BOT_MUL", "the inner width of a block must be its outer width")
    stages = quantized_line(depth, start, slope, factor)
    widths, groups = compatible([width for width, _ in stages], [group] * len(stages))
    return Body([count for _, count in stages], widths, [stride] * len(stages), groups)


def quantized_line(depth: int, start: float, slope: float, factor: float) -> list[tuple[int, int]]:
    """Return the stages of RegNet's quantized line, each with its width and its number of blocks.

    Block j should have the width u_j = w_0 + w_a j (equation 2 of arXiv:2003.13678). Its s_j of u_j = w_0 w_m^s_j
    (equation 3) is rounded to a whole number, which gives the width w_0 w_m^round(s_j) (equation 4), here as in pycls a
    multiple of 8. Blocks of one width are a stage.

    Args:
        depth: the number of blocks.
        start: w_0, the width of the first block; positive.
        slope: w_a, by which the width grows with each block; at least 0.
        factor: w_m, by which the width grows with each stage; more than 1.

    Example:
        >>> quantized_line(16, 56, 35.73, 2.28)  # RegNetX-800MF, before its widths are made of whole groups
        [(56, 1), (128, 3), (288, 7), (664, 5)]
    """
    powers = [round(log((slope * index + start) / start) / log(factor)) for index in range(depth)]
    rounded = [round(start * factor**power / _QUANTUM) * _QUANTUM for power in powers]
    return [(width, len(list(run))) for width, run in groupby(sorted(rounded))]


def anynet_body(settings: Settings) -> Body:
    """Return the stages of an AnyNet, which its settings list."""
    depths = settings.wholes("DEPTHS")
    widths = settings.wholes("WIDTHS", length=len(depths))
    strides = settings.wholes("STRIDES", length=len(depths))
    groups = settings.wholes("GROUP_WS", widths, len(depths))
    ratios = settings.raw("BOT_MULS", [])
    if not isinstance(ratios, list) or any(each != 1 for each in ratios):
        settings.refuse("BOT_MULS", "the inner width of a block must be its outer width")
    fitting, own = compatible(widths, groups)
    return Body(depths, fitting, strides, own)


def compatible(widths: list[int], groups: list[int]) -> tuple[list[int], list[int]]:
    """Return widths that whole groups make, and groups that are not wider than their stage."""
    own = [min(group, width) for group, width in zip(groups, widths, strict=True)]
    fits = [max(group, round(width / group) * group) for group, width in zip(own, widths, strict=True)]
    return fits, own
