"""Format numbers for people."""

from __future__ import annotations

import re

from resnetgen.ops.window import by_axis, per_axis

_TIMES = re.compile(r"(?<=\d)x(?=\d)|(?<= )x(?= \d)")


def pluralize(number: int, noun: str) -> str:
    """Return a count and its noun: `1 spec`, `2 specs`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def with_si_prefix(number: int) -> str:
    """Return three digits and an SI prefix: `4.09 G`."""
    return _scaled(number, 1000, ("", "k", "M", "G", "T", "P", "E"))


def binary_size(count: int) -> str:
    """Return a number of bytes in a binary unit: `10.7 MiB`."""
    return _scaled(count, 1024, ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"))


def format_extents(sizes: tuple[int, ...]) -> str:
    """Return the pixels along each axis: `427`, or `9x15x15` where they differ."""
    extents = per_axis(sizes)
    return by_axis(extents) if isinstance(extents, tuple) else str(extents)


def repeated(word: str, count: int) -> str:
    """Return a word and how often it stands there, unless that is once: `bottleneck x 3`."""
    return word if count == 1 else f"{word} x {count:,}"


def with_times_sign(text: str) -> str:
    """Return the words of the compiler, as in `conv 3x3 x 2`, with the sign of multiplication: `conv 3×3 × 2`."""
    return _TIMES.sub("×", text)


def _scaled(number: int, step: int, units: tuple[str, ...]) -> str:
    if number < step:
        return f"{number} {units[0]}".rstrip()
    scaled, power = float(number), 0
    while scaled >= 999.5 and power < len(units) - 1:  # what would be rounded to 1000 is 1 of the next unit
        scaled, power = scaled / step, power + 1
    digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
    return f"{scaled:.{digits}f} {units[power]}"
