"""The widths and depths of pycls's AnyNets and RegNets (arXiv:2003.13678)."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.analysis.quantized_line import QUANTUM, compatible, quantized_line
from resnetgen.importing.settings import Settings

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
    for key, wrong in (("W0", start < QUANTUM or start % QUANTUM), ("WM", factor <= 1), ("DEPTH", depth > _DEEPEST)):
        if wrong:
            settings.note(key, f"`{key}` is out of range: W0 is a multiple of 8, WM above 1, DEPTH at most {_DEEPEST}")
            return Body([1], [64], [stride], [64])
    if settings.number("BOT_MUL", 1.0) != 1.0:
        settings.refuse("BOT_MUL", "the inner width of a block must be its outer width")
    stages = quantized_line(depth, start, slope, factor)
    widths, groups = compatible([width for width, _ in stages], [group] * len(stages))
    return Body([count for _, count in stages], widths, [stride] * len(stages), groups)


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
