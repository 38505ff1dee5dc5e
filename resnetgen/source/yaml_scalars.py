"""The meaning of plain (unquoted) scalars in YAML 1.1, and the spellings whose meaning surprises."""

from __future__ import annotations

import re

from resnetgen.frozen import Frozen

MAX_INTEGER = 2**63 - 1
"""The largest integer in a spec: torch counts in 64 bits."""

_MAX_DIGITS = 60  # characters of an integer, in any base; guards Python's slow, and limited, conversion of long ones

_WRITTEN_OUT = 1e15
"""Whole numbers below this are exact as floats, and short enough to be written without an exponent."""

_INTEGER_LIMIT = f"the largest whole number in a spec is {MAX_INTEGER}"
_FLOAT_LIMIT = "a number with a fraction or an exponent is at most about 1.79e+308"


class AmbiguousScalar(Frozen):
    """A plain scalar that YAML 1.1 reads otherwise than its writer most likely meant."""

    code: str
    message: str
    help: str
    replacement: str = ""
    """The number or boolean that it stands for, if any, in an unambiguous spelling."""


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
    """Return the value of a plain scalar, or an `AmbiguousScalar` where that would surprise its writer."""
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
    kind = next(name for name, found in match.groupdict().items() if found is not None)
    if kind == "int":
        return _integer(text)
    if kind == "float":
        return _finite(text)
    return _ambiguous(kind, match)


def _integer(text: str) -> int | AmbiguousScalar:
    value = MAX_INTEGER + 1 if len(text) > _MAX_DIGITS else int(text)
    return value if abs(value) <= MAX_INTEGER else _out_of_range(text, _INTEGER_LIMIT)


def _finite(text: str) -> float | AmbiguousScalar:
    value = float(text)
    return value if abs(value) != float("inf") else _out_of_range(text, _FLOAT_LIMIT)


def _out_of_range(text: str, limit: str) -> AmbiguousScalar:
    return AmbiguousScalar("RG107", f"`{clip(text)}` is out of range", limit)


def _ambiguous(kind: str, match: re.Match[str]) -> AmbiguousScalar:
    text = match[0]
    shown = clip(text)
    if kind == "limitless":
        return AmbiguousScalar("RG105", f"`{shown}` is not a number that a network can use", "write a finite number")
    if kind == "date":
        return AmbiguousScalar("RG105", f"`{shown}` is a date in YAML 1.1", f'put it in quotes: "{shown}"')
    if kind in ("spaced", "text", "sixties") and not set(".eE").isdisjoint(text):
        if kind != "sixties" and abs(float(text.replace("_", ""))) == float("inf"):
            return _out_of_range(text, _FLOAT_LIMIT)
        if len(text) > _MAX_DIGITS:
            return AmbiguousScalar("RG107", f"`{shown}` has more than {_MAX_DIGITS} characters", "write fewer digits")
    if len(text) > _MAX_DIGITS:
        return _out_of_range(text, _INTEGER_LIMIT)
    if kind in ("text", "based_text"):
        number = _unambiguous_number(match) if kind == "text" else str(int(text, 0))
        help = f"write `{number}`, or put it in quotes"
        return AmbiguousScalar("RG105", f"`{shown}` is text in YAML 1.1, not a number", help, number)
    return _other_base(kind, text)


def _other_base(kind: str, text: str) -> AmbiguousScalar:
    digits = text.replace("_", "")
    if kind == "sixties":
        message = f"`{text}` means {_base_sixty(digits)} in YAML 1.1, which reads it in base 60"
        return AmbiguousScalar("RG105", message, f"put it in quotes, or write `{_base_sixty(digits)}`")
    if kind == "octal":
        decimal, octal = int(digits), int(digits, 8)
        message = f"`{text}` means {octal} in YAML 1.1, which reads it in base 8"
        alternative = f", or `{octal}` if that is what it should be" if decimal != octal else ""
        return AmbiguousScalar("RG105", message, f"write `{decimal}`{alternative}", "" if alternative else str(decimal))
    value = _spaced(digits) if kind == "spaced" else str(int(digits, 0))
    return AmbiguousScalar(
        "RG105", f"`{text}` means {value} in YAML 1.1", f"write `{value}`, or put it in quotes", value
    )


def _spaced(digits: str) -> str:
    if "." in digits:
        return str(float(digits))
    return str(int(digits, 8)) if digits.lstrip("+-").startswith("0") else str(int(digits))


def _base_sixty(digits: str) -> str:
    integer, point, fraction = digits.lstrip("+-").partition(".")
    total = 0
    for digit_group in integer.split(":"):
        total = total * 60 + int(digit_group)
    return ("-" if digits.startswith("-") else "") + str(total) + (point + fraction if fraction else "")


def _unambiguous_number(match: re.Match[str]) -> str:
    """Return a number in the spelling that YAML 1.1 takes for one: `1e-5` as `1.0e-5`, `-.5` as `-0.5`, `08` as `8`.

    A whole number, such as `1e2`, is written out: keys that count accept no exponent.
    """
    integer, fraction, exponent = match["whole"], match["part"] or match["rest"], match["power"]
    if fraction is None and exponent is None:
        return f"{match['sign']}{int(integer)}"
    if exponent is not None and abs(value := float(match[0])) < _WRITTEN_OUT and value.is_integer():
        return str(int(value))
    number = f"{match['sign']}{integer or '0'}.{fraction or '0'}"
    return number if exponent is None else f"{number}e{match['power_sign'] or '+'}{exponent}"


def clip(text: str, longest: int = 40) -> str:
    """Shorten a text for a message, since it may be very long."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
