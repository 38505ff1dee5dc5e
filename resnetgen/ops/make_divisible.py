"""Rounding of widths to a multiple of a divisor."""

ROUNDINGS = ("nearest", "down", "up")


def divisible(value: float, divisor: int, rounding: str = "nearest", *, least: int = 0, limit: float = 0.0) -> int:
    """Return a number of channels rounded to a multiple of a divisor.

    `nearest` is timm.layers.make_divisible: at least `least`, or one divisor without it, and one divisor more where the
    rounded number would be below `limit` times the value. `down` may give 0.
    """
    if rounding == "nearest":
        rounded = max(least or divisor, int(value + divisor / 2) // divisor * divisor)
        return rounded + divisor if rounded < limit * value else rounded
    whole = int(value) // divisor * divisor
    return whole if rounding == "down" or whole == value else whole + divisor
