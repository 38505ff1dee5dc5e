"""Ranges of large numbers, such as `10M..30M`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from resnetgen.schema.quantities import POWERS, scaled


class Range(NamedTuple):
    """The numbers from `low` to `high`, both included."""

    low: Decimal
    high: Decimal

    def __contains__(self, number: object) -> bool:
        """Tell whether a number lies in the range."""
        return isinstance(number, int) and self.low <= number <= self.high

    def distance(self, number: int) -> float:
        """Return how far a number is from the range; 0 for one that lies in it."""
        return float(max(self.low - number, number - self.high, Decimal(0))) if number not in self else 0.0


def parse(text: str, units: Mapping[str, int] = POWERS) -> Range:
    """Parse `10M..30M`, `..500k` or `1.5G..` as a range; commas may separate digits.

    Args:
        text: the text.
        units: the units by their spelling in lower case; by default k, M, G and T for powers of 1000.

    Raises:
        ValueError: the text is no range; its text says why.
    """
    low, dots, high = text.replace(" ", "").replace(",", "").lower().partition("..")
    found = Range(_bound(low, Decimal(0), units), _bound(high, Decimal("Infinity"), units))
    if not dots or not (low or high) or any(bound.is_nan() for bound in found):
        example = "10M..30M, 10M.. for at least that many, or ..30M for at most"
        if units is not POWERS:
            example = "10MiB..2GiB, 10MiB.. for at least that, or ..2GiB for at most"
        raise ValueError(f"invalid range {text!r}: write {example}")
    if found.low > found.high:
        raise ValueError(f"empty range {text!r}: the smaller number comes first")
    return found


def _bound(written: str, missing: Decimal, units: Mapping[str, int]) -> Decimal:
    """Return one end of a range, `missing` for an empty text; NaN if it is no number."""
    if not written:
        return missing
    found = scaled(written, units)
    return Decimal("NaN") if found is None else found
