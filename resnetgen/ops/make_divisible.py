"""Rounding of widths to a multiple of a divisor."""

ROUNDINGS = ("nearest", "down", "up")


def divisible(value: float, divisor: int, rounding: str = "nearest", *, least: int = 0, limit: float = 0.0) -> int:
    """Return a number of channels rounded to a multiple of a divisor.

    `nearest` is timm.layers.make_divisible: never less than `least`, or than one divisor, and one divisor more where
    rounding would leave less than `limit` of the value. `down` and `up` are what they say, and `down` may give 0.
    """
    if rounding == "nearest":
        rounded = max(least or divisor, int(value + divisor / 2) // divisor * divisor)
        return rounded + divisor if rounded < limit * value else rounded
    whole = int(value) // divisor * divisor
    return whole if rounding == "down" or whole == value else whole + divisor
