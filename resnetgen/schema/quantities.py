"""Large numbers with units: `30M` parameters, `4.1G` multiply-adds, `2GiB`."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from resnetgen.schema.fields import KEY, kind, validation_error
from resnetgen.schema.json_forms import Json, either, whole
from resnetgen.schema.marks import Validator

POWERS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
"""A letter after a number, in small, and what it multiplies by."""

BYTE_UNITS = {
    "b": 1,
    **{f"{letter}b": power for letter, power in POWERS.items() if letter},
    **{f"{letter}ib": 1024**step for step, letter in enumerate("kmgt", start=1)},
}
"""The units of sizes in bytes, in small."""

_NUMBER = r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([a-z]{0,3})"

MOST = 10**18


def scaled(text: str, units: Mapping[str, int]) -> Decimal | None:
    """Parse a text such as `4.1G`; None if it is no number with one of these units."""
    match = re.fullmatch(_NUMBER, text.lower()) if text.isascii() else None  # the Kelvin sign, in small, is a k
    return Decimal(match[1]) * units[match[2]] if match and match[2] in units else None


def _amount(value: object) -> int:
    return _whole(value, POWERS, "a count such as 25600000, or 25.6M with k, M, G or T for powers of 1000")


def _bytes(value: object) -> int:
    if type(value) is int:
        raise validation_error("RG203", f"{KEY} needs a unit, not {kind(value)} alone", "write it such as 512MiB")
    return _whole(value, BYTE_UNITS, "a size in bytes such as 512MiB or 2GiB; MB and GB are powers of 1000")


def _whole(value: object, units: Mapping[str, int], what: str) -> int:
    if type(value) is int:
        number = Decimal(value)
    elif isinstance(value, str) and (found := scaled(value, units)) is not None:
        number = found
    else:
        raise validation_error("RG203", f"{KEY} must be {what}, not {kind(value)}")
    if not 1 <= number <= MOST:
        raise validation_error("RG204", f"{KEY} must be from 1 to {MOST:.0e}, not {kind(value)}")
    return int(number)  # a fraction of one changes no comparison with whole numbers


def _form(units: str) -> Json:
    return {
        "type": "string",
        "pattern": f"^[0-9]{{1,15}}(?:\\.[0-9]{{1,15}})? ?{units}$(?!\\n)",
        "patternErrorMessage": "A number with its unit, such as 25.6M, 4.1G or 512MiB.",
    }


Amount = Annotated[int, Validator(_amount, either(whole(1, MOST), _form("[kKmMgGtT]?")))]
"""A count, such as of parameters."""

Bytes = Annotated[int, Validator(_bytes, _form("(?:[kKmMgGtT][iI]?)?[bB]"), lambda size: f"{size}B")]
"""A size in bytes."""
