"""What a plain (unquoted) scalar means in YAML 1.1, and the spellings whose meaning surprises."""

from __future__ import annotations

import re

from resnetgen.frozen import Frozen

MAX_INTEGER = 2**63 - 1
"""No integer in a spec is larger: torch counts in 64 bits."""

_MAX_DIGITS = 60  # characters of an integer, in any base; guards Python's slow, and limited, conversion of long ones

_INTEGER_LIMIT = f"the largest whole number in a spec is {MAX_INTEGER}"
_FLOAT_LIMIT = "a number with a fraction or an exponent is at most about 1.79e+308"


class AmbiguousScalar(Frozen):
    """A plain scalar that YAML 1.1 reads differently from what its writer will have meant."""

    code: str
    message: str
    help: str
    instead: str = ""
    """The number or truth value that it would be, if it is to be one at all, in a spelling that nobody can misread."""


Scalar = str | int | float | bool | None

_CONSTANTS: dict[str, Scalar] = {
    "": None,
    "~": None,
    "0": 0,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def _ambiguous_boolean(word: str, value: str) -> AmbiguousScalar:
    return AmbiguousScalar(
        "RG105", f"`{word}` means {value} in YAML 1.1", f"put it in quotes, or write `{value}`", value
    )


_KEYWORDS: dict[str, Scalar | AmbiguousScalar] = {
    **_CONSTANTS,
    **{word: _ambiguous_boolean(word, "true") for word in ("yes", "Yes", "YES", "on", "On", "ON")},
    **{word: _ambiguous_boolean(word, "false") for word in ("no", "No", "NO", "off", "Off", "OFF")},
}

_NUMBER_STARTS = frozenset("0123456789+-.")

# The alternatives are YAML 1.1's own, as PyYAML spells them, then those that only look like numbers. They are compiled
# when a scalar needs them, which in most specs none does: that takes longer than to read a spec.
_PATTERNS = r"""
      (?P<int>[-+]?(?:0|[1-9][0-9]*))
    | (?P<float>[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?|\.[0-9]+(?:[eE][-+][0-9]+)?)
    | (?P<octal>[-+]?0[0-7]+)
    | (?P<based>[-+]?0(?:b_*[01][01_]*|x_*[0-9a-fA-F][0-9a-fA-F_]*))
    | (?P<spaced>[-+]?(?:0[0-7_]+|[1-9][0-9_]*|[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?)
        |\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)
    | (?P<sixties>[-+]?(?:[1-9][0-9_]*(?::[0-5]?[0-9])+|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*))
    | (?P<limitless>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))
    | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}
        |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?
         (?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)
    | (?P<text>(?P<sign>[-+]?)(?:(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]*))?|\.(?P<rest>[0-9]+))
        (?:[eE](?P<power_sign>[-+]?)(?P<power>[0-9]+))?)
    | (?P<based_text>[-+]?0(?:[oO][0-7]+|X[0-9a-fA-F]+|B[01]+))
    """


def resolve_plain(text: str) -> Scalar | AmbiguousScalar:
    """Give the value that a plain scalar stands for, or the trap that it is."""
    if text in _KEYWORDS:
        return _KEYWORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if text.isdecimal() and text.isascii() and text[0] != "0" and len(text) < len(str(MAX_INTEGER)):
        return int(text)  # by far the most common number
    return _number_like(text)


def _number_like(text: str) -> Scalar | AmbiguousScalar:
    match = re.fullmatch(_PATTERNS, text, re.VERBOSE)
    if match is None:
        return text
    # The groups inside <text> come after it, so the first group that took part names the alternative.
    shape = next(name for name, found in match.groupdict().items() if found is not None)
    if shape == "int":
        return _integer(text)
    if shape == "float":
        return _finite(text)
    return _ambiguous(shape, match)


def _integer(text: str) -> int | AmbiguousScalar:
    value = MAX_INTEGER + 1 if len(text) > _MAX_DIGITS else int(text)
    return value if abs(value) <= MAX_INTEGER else _out_of_range(text, _INTEGER_LIMIT)


def _finite(text: str) -> float | AmbiguousScalar:
    value = float(text)
    return value if abs(value) != float("inf") else _out_of_range(text, _FLOAT_LIMIT)


def _out_of_range(text: str, most: str) -> AmbiguousScalar:
    return AmbiguousScalar("RG107", f"`{clip(text)}` is out of range", most)


def _ambiguous(shape: str, match: re.Match[str]) -> AmbiguousScalar:
    text = match[0]
    shown = clip(text)
    if shape == "limitless":
        return AmbiguousScalar("RG105", f"`{shown}` is not a number that a network can use", "write a finite number")
    if shape == "date":
        return AmbiguousScalar("RG105", f"`{shown}` is a date in YAML 1.1", f'put it in quotes: "{shown}"')
    if shape in ("spaced", "text", "sixties") and not set(".eE").isdisjoint(text):
        if shape != "sixties" and abs(float(text.replace("_", ""))) == float("inf"):
            return _out_of_range(text, _FLOAT_LIMIT)
        if len(text) > _MAX_DIGITS:
            return AmbiguousScalar("RG107", f"`{shown}` has more than {_MAX_DIGITS} characters", "write fewer digits")
    if len(text) > _MAX_DIGITS:
        return _out_of_range(text, _INTEGER_LIMIT)
    if shape in ("text", "based_text"):
        meant = _unambiguous_number(match) if shape == "text" else str(int(text, 0))
        help = f"write `{meant}`, or put it in quotes"
        return AmbiguousScalar("RG105", f"`{shown}` is text in YAML 1.1, not a number", help, meant)
    return _other_base(shape, text)


def _other_base(shape: str, text: str) -> AmbiguousScalar:
    digits = text.replace("_", "")
    if shape == "sixties":
        message = f"`{text}` means {_base_sixty(digits)} in YAML 1.1, which reads it in base 60"
        return AmbiguousScalar("RG105", message, f"put it in quotes, or write `{_base_sixty(digits)}`")
    if shape == "octal":
        looks, means = int(digits), int(digits, 8)
        message = f"`{text}` means {means} in YAML 1.1, which reads it in base 8"
        other = f", or `{means}` if that is what it should be" if looks != means else ""
        return AmbiguousScalar("RG105", message, f"write `{looks}`{other}", "" if other else str(looks))
    value = _spaced(digits) if shape == "spaced" else str(int(digits, 0))
    return AmbiguousScalar(
        "RG105", f"`{text}` means {value} in YAML 1.1", f"write `{value}`, or put it in quotes", value
    )


def _spaced(digits: str) -> str:
    if "." in digits:
        return str(float(digits))
    return str(int(digits, 8)) if digits.lstrip("+-").startswith("0") else str(int(digits))


def _base_sixty(digits: str) -> str:
    whole, point, part = digits.lstrip("+-").partition(".")
    total = 0
    for place in whole.split(":"):
        total = total * 60 + int(place)
    return ("-" if digits.startswith("-") else "") + str(total) + (point + part if part else "")


def _unambiguous_number(match: re.Match[str]) -> str:
    """Spell a number the way that YAML 1.1 takes for one: `1e5` as `1.0e+5`, `-.5` as `-0.5`, `08` as `8`."""
    whole, part, power = match["whole"], match["part"] or match["rest"], match["power"]
    if part is None and power is None:
        return f"{match['sign']}{int(whole)}"
    number = f"{match['sign']}{whole or '0'}.{part or '0'}"
    return number if power is None else f"{number}e{match['power_sign'] or '+'}{power}"


def clip(text: str, longest: int = 40) -> str:
    """Shorten a text that may be very long, for a message."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
