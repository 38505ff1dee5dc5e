"""The number or truth value that a value of the wrong type can only have meant: one in quotes, or `64.0` for 64.

Each gives it in plain YAML, and nothing where there is none, or it would not be allowed either.
"""

from resnetgen.source.yaml_scalars import resolve_plain


def meant_whole(value: object, least: int, most: int) -> str:
    """The whole number, from the least to the most."""
    number = value if isinstance(value, float) else _unquoted(value)
    sound = isinstance(number, int | float) and least <= number <= most and number == int(number)
    return str(int(number)) if sound and isinstance(number, int | float) else ""


def meant_number(value: object, least: float, below: float) -> str:
    """The number, from the least to what is below the other, as it is written in the quotes."""
    number = _unquoted(value)
    return str(value) if isinstance(number, int | float) and least <= number < below else ""


def meant_flag(value: object) -> str:
    """The truth value, as it is written in the quotes."""
    return str(value).lower() if isinstance(_unquoted(value), bool) else ""


def _unquoted(value: object) -> object:
    """What a text stands for without its quotes."""
    return resolve_plain(value) if isinstance(value, str) and value else None
