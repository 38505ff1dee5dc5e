"""The widths and depths of a RegNet by its quantized line (arXiv:2003.13678)."""

from __future__ import annotations

from itertools import groupby
from math import log

QUANTUM = 8
"""The widths of a RegNet are multiples of it."""


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
    rounded = [round(start * factor**power / QUANTUM) * QUANTUM for power in powers]
    return [(width, len(list(run))) for width, run in groupby(sorted(rounded))]


def compatible(widths: list[int], groups: list[int]) -> tuple[list[int], list[int]]:
    """Return widths that whole groups make, and groups that are not wider than their stage."""
    own = [min(group, width) for group, width in zip(groups, widths, strict=True)]
    fits = [max(group, round(width / group) * group) for group, width in zip(own, widths, strict=True)]
    return fits, own
