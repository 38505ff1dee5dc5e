"""Axes of pictures: the places of values along them, and their ticks."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import NamedTuple

_MOST_TICKS = 6


class Axis(NamedTuple):
    """An axis: its label with the unit, whether it is logarithmic, and values that it has to have, if any.

    One that `counts` has only whole numbers, so that no tick is between them.
    """

    label: str
    is_logarithmic: bool = False
    values: tuple[float, ...] = ()
    counts: bool = False


class Scale:
    """The place of values along an axis, in pixels from its start."""

    def __init__(self, axis: Axis, values: Sequence[float], length: float) -> None:
        self.axis = axis
        self.length = length
        low, high = min(values, default=0.0), max(values, default=1.0)
        if axis.is_logarithmic:
            self.ticks, last = _logarithmic_ticks(low, high)
            self._low, self._high = log10(self.ticks[0]), last
        else:
            size = max(abs(low), abs(high))
            step = _step(high - low if high - low > 1e-9 * size else size or 1.0)  # equal but for rounding
            step = max(step, 1.0) if axis.counts else step
            self._low, self._high = floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step
            self._high = max(self._high, self._low + step)
            self.ticks = [self._low + step * number for number in range(round((self._high - self._low) / step) + 1)]

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        found = log10(value) if self.axis.is_logarithmic else value
        return (found - self._low) / (self._high - self._low) * self.length

    def label(self, tick: float) -> str:
        """Return a tick in words: `0.5`, `20`, `2e-4`."""
        if self.axis.is_logarithmic and not 0.001 <= tick < 100_000:
            digits, _, power = f"{tick:.0e}".partition("e")
            return f"{digits}e{int(power)}"
        return f"{tick:,.10g}"


def _logarithmic_ticks(low: float, high: float) -> tuple[list[float], float]:
    """Return ticks around two values, and the logarithm of the end of the axis, which need not be a tick.

    They are 1, 2 and 5 times powers of ten, or powers of ten where these would be too many.
    """
    first, last = floor(log10(low) + 1e-9), ceil(log10(high) - 1e-9)
    last = max(last, first + 1)
    fine = [float(f"{factor}e{power}") for power in range(first, last + 1) for factor in (1, 2, 5)]
    begin = max(number for number, each in enumerate(fine) if each <= low * (1 + 1e-9))
    end = next(number for number, each in enumerate(fine) if each >= high * (1 - 1e-9))
    if end - begin < _MOST_TICKS:
        ticks = fine[begin : max(end, begin + 1) + 1]
        return ticks, log10(ticks[-1])
    powers = range(first, last + 1, max(1, ceil((last - first) / (_MOST_TICKS - 1))))
    return [10.0**power for power in powers], float(last)


def _step(extent: float) -> float:
    """Return the distance of ticks on a linear axis: 1, 2 or 5 times a power of ten."""
    rough = extent / (_MOST_TICKS - 1)
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
