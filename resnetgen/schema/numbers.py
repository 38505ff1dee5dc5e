"""Field types for numbers that are no counts: rates, shares, and parameters of norms and activations."""

from collections.abc import Callable, Mapping
from math import copysign, inf
from typing import Annotated, Literal

from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.schema.coercion_hints import decimal_hint, intended_number
from resnetgen.schema.fields import HERE, HERE_FORM, KEY, kind, validation_error
from resnetgen.schema.json_forms import Json, either
from resnetgen.schema.marks import Discriminator, Length, Validator
from resnetgen.source.unambiguous import unambiguous_match
from resnetgen.source.yaml_scalars import clip

MOST = 1e9
LEAST = 1e-9


def _number(value: object, least: float, most: float) -> float:
    """Convert a number to a float; the bounds are for a text's meaning alone, so the caller checks the number's own."""
    if type(value) not in (int, float):
        message = f"{KEY} must be a number, not {kind(value)}"
        raise validation_error("RG203", message, decimal_hint(value), instead=intended_number(value, least, most))
    assert isinstance(value, int | float)
    try:
        return float(value)
    except OverflowError:
        return copysign(inf, value)


def _rate(value: object) -> float:
    number = _number(value, 0, 1)
    if not 0 <= number < 1:
        raise validation_error("RG204", f"{KEY} must be at least 0 and below 1, not {value}")
    return number


def _rate_or_here(value: object) -> float | str:
    return HERE if value == HERE else _rate(value)


def _share(value: object) -> float:
    number = _number(value, 5e-324, 1)
    if not 0 < number <= 1:
        raise validation_error("RG204", f"{KEY} must be above 0 and at most 1, not {value}")
    return number


def _positive(value: object) -> float:
    number = _number(value, 5e-324, MOST)
    if not number > 0:
        raise validation_error("RG204", f"{KEY} must be above zero, not {value}")
    if number > MOST:
        raise validation_error("RG204", f"{KEY} must be at most 1e9, not {value:.7g}")
    return number


def _divisor(value: object) -> float:
    number = _positive(value)
    if number < LEAST:
        raise validation_error("RG204", f"{KEY} must be at least 1e-9, not {value}", "float32 overflows below")
    return number


def _not_negative(value: object) -> float:
    number = _real(value)
    if number < 0:
        raise validation_error("RG204", f"{KEY} must be at least zero, not {value}")
    return number


def _real(value: object) -> float:
    number = _number(value, -MOST, MOST)
    if not abs(number) <= MOST:
        raise validation_error("RG204", f"{KEY} must be from -1e9 to 1e9, not {value}")
    return number


def word_or_positive(words: Mapping[str, float]) -> tuple[Callable[[object], float], Json]:
    """Return a validator and its JSON Schema for a number above zero, or a word that stands for one."""

    def named_or_positive(value: object) -> float:
        if not isinstance(value, str) or intended_number(value, 5e-324, MOST):
            return _positive(value)
        if value not in words:
            message = f"unknown {KEY} {clip(value)!r}{did_you_mean(value, words)}"
            help = f"write a number, or one of {', '.join(words)}"
            raise validation_error("RG204", message, help, instead=unambiguous_match(value, words))
        return words[value]

    return named_or_positive, either({"enum": [*words]}, {"type": "number", "exclusiveMinimum": 0, "maximum": MOST})


def _form_of_numbers(value: object) -> str:
    """Return the form of a number for all channels, or a list with one for each."""
    return "<list>" if isinstance(value, list | tuple) else "<number>"


_RATE_FORM: Json = {"type": "number", "minimum": 0, "exclusiveMaximum": 1}

Rate = Annotated[float, Validator(_rate, _RATE_FORM)]
RateOrHere = Annotated[float | Literal["here"], Validator(_rate_or_here, either(HERE_FORM, _RATE_FORM))]
Share = Annotated[float, Validator(_share, {"type": "number", "exclusiveMinimum": 0, "maximum": 1})]
Positive = Annotated[float, Validator(_positive, {"type": "number", "exclusiveMinimum": 0, "maximum": MOST})]
NotNegative = Annotated[float, Validator(_not_negative, {"type": "number", "minimum": 0, "maximum": MOST})]
Real = Annotated[float, Validator(_real, {"type": "number", "minimum": -MOST, "maximum": MOST})]
Divisor = Annotated[float, Validator(_divisor, {"type": "number", "minimum": LEAST, "maximum": MOST})]
_BY_CHANNEL = Discriminator(_form_of_numbers, ("<number>", "<list>"))
_LENGTH = Length(1, 1_000_000)
RealByChannel = Annotated[Real | Annotated[list[Real], _LENGTH], _BY_CHANNEL]
DivisorByChannel = Annotated[Divisor | Annotated[list[Divisor], _LENGTH], _BY_CHANNEL]
