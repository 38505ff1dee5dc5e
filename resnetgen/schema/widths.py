"""The field type of widths: whole numbers of channels, or expressions."""

import re
from typing import Annotated, Literal

from resnetgen.errors import ExpressionError
from resnetgen.schema import width_expression
from resnetgen.schema.coercion_hints import intended_integer
from resnetgen.schema.fields import HERE, KEY, MOST_CHANNELS, kind, validation_error, whole_number
from resnetgen.schema.json_forms import Json, either, whole
from resnetgen.schema.marks import Validator
from resnetgen.schema.width_expression import Expression
from resnetgen.source.yaml_scalars import clip

_WIDTH_FORM: Json = either(
    whole(1, MOST_CHANNELS),
    {
        "type": "string",
        "maxLength": width_expression.LONGEST,
        "pattern": width_expression.PATTERN,
        "patternErrorMessage": "An expression has whole numbers, names, brackets, and the operators + - * / // %; a "
        "number alone is written without quotes.",
    },
)


def _width(value: object) -> Expression:
    if isinstance(value, Expression):
        return value
    if type(value) is int:
        return width_expression.number(whole_number(value, 1, MOST_CHANNELS))
    if not isinstance(value, str):
        message = f"{KEY} must be a whole number or an expression such as `out / 4`, not {kind(value)}"
        raise validation_error("RG203", message, instead=intended_integer(value, 1, MOST_CHANNELS))
    try:
        parsed = width_expression.parse(value)
    except ExpressionError as error:
        message = f"the width {clip(value, 60)!r} of {KEY} {error}"
        raise validation_error("RG207", message, error.help or _share_help(value)) from None
    if isinstance(parsed.term, width_expression.Number):
        message = f"{KEY} must be a number without quotes, not {kind(value)}"
        raise validation_error("RG203", message, "remove the quotes", instead=intended_integer(value, 1, MOST_CHANNELS))
    return parsed


_SHARE = re.compile(r"\s*(?:(\d*\.\d+)\s*\*\s*([A-Za-z_]\w*)|([A-Za-z_]\w*)\s*\*\s*(\d*\.\d+))\s*", re.ASCII)


def _share_help(text: str) -> str:
    """Return the help for a decimal times a width: the same as a fraction."""
    found = _SHARE.fullmatch(text) if len(text) <= width_expression.LONGEST else None
    if found is None:
        return ""
    from fractions import Fraction

    share, name = Fraction(found[1] or found[4]), found[2] or found[3]
    times = name if share.numerator == 1 else f"{share.numerator} * {name}"
    return f"write `{times} / {share.denominator}`, or `//` to round down" if share else ""


def _width_or_here(value: object) -> Expression | str:
    return HERE if value == HERE else _width(value)


def written_width(width: Expression | str) -> int | str:
    """Return a width as a spec has it: a number, or the text of an expression."""
    if isinstance(width, str):
        return width
    return width.term.value if isinstance(width.term, width_expression.Number) else width.text


Width = Annotated[Expression, Validator(_width, _WIDTH_FORM, written_width)]
WidthOrHere = Annotated[  # to JSON Schema, `here` looks like a name
    Expression | Literal["here"], Validator(_width_or_here, _WIDTH_FORM, written_width)
]
