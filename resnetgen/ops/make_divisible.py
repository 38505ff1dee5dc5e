"""Rounding of widths to a multiple of a divisor."""

from fractions import Fraction

ROUNDINGS = ("nearest", "down", "up")

NINE_TENTHS = Fraction(9, 10)
"""The share of a width that MobileNet's rounding keeps at least."""


def as_written(number: float) -> Fraction:
    """Return the decimal that a user wrote: 0.29 is 29/100, though the float nearest to it is a little less."""
    return Fraction(repr(number))


def divisible(
    value: Fraction, divisor: int, rounding: str = "nearest", *, least: int = 0, limit: Fraction = Fraction()
) -> int:
    """Return an exact number of channels rounded to a multiple of a divisor.

    `nearest` is timm.layers.make_divisible: at least `least`, or one divisor without it, and one divisor more where the
    rounded number would be below `limit` times the value. `down` may give 0.
    """
    if rounding == "nearest":
        rounded = max(least or divisor, int(value + Fraction(divisor, 2)) // divisor * divisor)
        return rounded + divisor if rounded < limit * value else rounded
    whole = int(value) // divisor * divisor
    return whole if rounding == "down" or whole == value else whole + divisor
