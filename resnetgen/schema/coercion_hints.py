"""The only number or truth value that a value of the wrong type can mean: one in quotes, `64.0` for 64, or `1/16`.

Each function returns it as plain YAML, and an empty text if there is none or it would not be allowed either.
"""

import re

from resnetgen.source.yaml_scalars import resolve_plain


def intended_integer(value: object, least: int, most: int) -> str:
    """Return the whole number, if it is from `least` to `most`."""
    number = value if isinstance(value, float) else _unquoted(value)
    sound = isinstance(number, int | float) and least <= number <= most and number == int(number)
    return str(int(number)) if sound and isinstance(number, int | float) else ""


def intended_number(value: object, least: float, below: float) -> str:
    """Return the number as it is written in the quotes, if it is at least `least` and below `below`.

    A fraction, `1/16`, and a percentage, `20%`, become a decimal number.
    """
    text = _decimal(value) or value
    number = _unquoted(text)
    return str(text) if isinstance(number, int | float) and least <= number < below else ""


_FRACTION = re.compile(r"([0-9]{1,6})\s*/\s*([1-9][0-9]{0,5})")
_PERCENTAGE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%")


def _decimal(value: object) -> str:
    """Return a fraction or a percentage as a decimal number, empty if the value is neither."""
    if not isinstance(value, str):
        return ""
    if fraction := _FRACTION.fullmatch(value.strip()):
        return repr(int(fraction[1]) / int(fraction[2]))
    percentage = _PERCENTAGE.fullmatch(value.strip())
    return repr(float(percentage[1]) / 100) if percentage else ""


def decimal_hint(value: object) -> str:
    """Return what to write in place of a fraction or a percentage."""
    decimal = _decimal(value)
    return f"write `{decimal}`" if isinstance(_unquoted(decimal), float) else ""


def intended_boolean(value: object) -> str:
    """Return the truth value as it is written in the quotes."""
    return str(value).lower() if isinstance(_unquoted(value), bool) else ""


def _unquoted(value: object) -> object:
    """Return the value of a text without its quotes."""
    return resolve_plain(value) if isinstance(value, str) and value else None


def number_hint(value: object) -> str:
    """Return what to write in place of a word that stands for a number elsewhere."""
    if value == "here":
        return "write a number: `here` is for the layers of a block type (docs/reference/language/blocks.md)"
    return ""


_OF_AXES = re.compile("[1-9][0-9]{0,5}(?:x[1-9][0-9]{0,5}){1,2}")
"""Numbers of two or three axes as text: `3x3`."""


def axes_hint(value: object) -> str:
    """Return what to write in place of a text for the numbers along all axes."""
    if isinstance(value, str) and _OF_AXES.fullmatch(value):
        return f"write `[{', '.join(value.split('x'))}]`"
    return number_hint(value)
