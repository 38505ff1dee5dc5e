"""Ranges of large numbers, such as `--params 10M..30M`."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import typer

from resnetgen.schema.quantities import POWERS, scaled


class Range(NamedTuple):
    """The numbers from `low` to `high`, both included."""

    low: Decimal
    high: Decimal

    def __contains__(self, number: object) -> bool:
        """Tell whether a number lies in the range."""
        return isinstance(number, int) and self.low <= number <= self.high


def parse(text: str, option: str) -> Range:
    """Parse `10M..30M`, `..500k` or `1.5G..` as a range: k, M, G and T are powers of 1000, commas may separate digits.

    Raises:
        typer.BadParameter: the text is no range; the message names the option.
    """
    low, dots, high = text.replace(" ", "").replace(",", "").lower().partition("..")
    found = Range(_bound(low, Decimal(0)), _bound(high, Decimal("Infinity")))
    if not dots or not (low or high) or any(bound.is_nan() for bound in found):
        message = f"invalid range {text!r}: write 10M..30M, 10M.. for at least that many, or ..30M for at most"
        raise typer.BadParameter(message, param_hint=f"'{option}'")
    if found.low > found.high:
        raise typer.BadParameter(f"empty range {text!r}: the smaller number comes first", param_hint=f"'{option}'")
    return found


def _bound(written: str, missing: Decimal) -> Decimal:
    """Return one end of a range, `missing` for an empty text; NaN if it is no number."""
    if not written:
        return missing
    found = scaled(written, POWERS)
    return Decimal("NaN") if found is None else found
