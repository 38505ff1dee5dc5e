"""Rounding of widths to a multiple of a divisor, in exact arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

ROUNDINGS = ("nearest", "down", "up")


def as_written(number: float) -> Fraction:
    """Return the decimal that a user wrote: 0.29 is 29/100, though the float nearest to it is a little less."""
    from fractions import Fraction  # imported for the few specs that have a ratio

    return Fraction(repr(number))


def divisible(value: Fraction, divisor: int, rounding: str = "nearest", *, least: int = 0, tenths: int = 0) -> int:
    """Return an exact number of channels rounded to a multiple of a divisor.

    `nearest` is timm.layers.make_divisible: at least `least`, or one divisor without it, and one divisor more where the
    rounded number would be below so many tenths of the value. `down` may give 0.
    """
    if rounding == "nearest":
        rounded = max(least or divisor, int((2 * value + divisor) // (2 * divisor)) * divisor)
        return rounded + divisor if 10 * rounded < tenths * value else rounded
    whole = int(value) // divisor * divisor
    return whole if rounding == "down" or whole == value else whole + divisor
