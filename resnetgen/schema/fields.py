"""Field types of a spec, each with messages of its own.

Each validator says in one message what was expected; Pydantic's unions would say it once for each alternative. The
`type` of an error raised here is the code of its diagnostic.
"""

import keyword
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic_core import PydanticCustomError

from resnetgen.diagnostics.suggestions import any_of, did_you_mean
from resnetgen.schema.coercion_hints import axes_hint, intended_boolean, intended_integer, number_hint
from resnetgen.schema.json_forms import Json, either, whole
from resnetgen.schema.marks import Validator
from resnetgen.schema.record import Record
from resnetgen.source.unambiguous import unambiguous_match
from resnetgen.source.yaml_scalars import clip

MOST_CHANNELS = 1_000_000
MOST_BLOCKS = 10_000_000
LONGEST_NAME = 100
LARGEST_EXTENT = 100_000
"""Pixels along one axis, of a kernel, a stride, a padding or the input."""

_WARNING = "RG5[0-9]{2}"

KEY = "\0"
"""The placeholder in a message for the key, which a validator does not know; `spec.validate` replaces it."""

HERE: Literal["here"] = "here"
"""The placeholder in a block type for the value of the block."""

STRIDE: Literal["stride"] = "stride"
"""The window of a pool that is as large as the stride of the block."""


def validation_error(
    code: str, message: str, help: str = "", *, key: str | int | None = None, instead: str = "", quote: bool = False
) -> PydanticCustomError:
    """Return an error for a validator to raise.

    Args:
        code: a code of the catalogue.
        message: the message; it goes into a template as a value, so that braces in it are only braces.
        help: the help text.
        key: the entry at fault, if the value is a mapping or a list.
        instead: the right value in plain YAML, if it is certain.
        quote: true if the value only lacks quotes.
    """
    where = {} if key is None else {"key": key}
    fix = {"instead": instead, "quote": quote}
    return PydanticCustomError(
        code, "{shown}", {**where, **fix, "help": help, "message": message, "shown": message.replace(KEY, "value")}
    )


def kind(value: object) -> str:
    """Describe a value for a message: `the text 'x'`, `nothing`, `a list`."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {clip(value)!r}"
        case list():
            return "a list"
        case dict():
            return "a mapping"
    return repr(value)[:40]


def whole_number(value: object, least: int, most: int, index: int | None = None) -> int:
    """Return a whole number within bounds; `index` is its place in a list.

    Raises:
        PydanticCustomError: it is something else.
    """
    if type(value) is not int:
        message = f"{KEY} must be a whole number, not {kind(value)}"
        raise validation_error(
            "RG203", message, number_hint(value), key=index, instead=intended_integer(value, least, most)
        )
    if not least <= value <= most:
        raise validation_error("RG204", f"{KEY} must be from {least} to {most:,}, not {value}", key=index)
    return value


def _axes(value: object, least: int) -> int | tuple[int, ...]:
    if type(value) is int:
        return whole_number(value, least, LARGEST_EXTENT)
    return tuple(whole_number(item, least, LARGEST_EXTENT, index) for index, item in enumerate(_by_axis(value, least)))


def _by_axis(value: object, least: int) -> list[object] | tuple[object, ...]:
    if not isinstance(value, list | tuple):
        message = f"{KEY} must be a whole number, or a list of one for each axis, not {kind(value)}"
        raise validation_error(
            "RG203", message, axes_hint(value), instead=intended_integer(value, least, LARGEST_EXTENT)
        )
    if not 1 <= len(value) <= 3:
        raise validation_error(
            "RG204", f"{KEY} must have a number for each of one, two or three axes, not {len(value)}"
        )
    return value


def _extent(value: object) -> int | tuple[int, ...]:
    return _axes(value, 1)


def _extent_or_stride(value: object) -> int | tuple[int, ...] | str:
    if value == STRIDE:
        return STRIDE
    question = did_you_mean(value, (STRIDE,)) if isinstance(value, str) else ""
    if question:
        message = f"unknown {KEY} {clip(str(value))!r}{question}"
        help = "use stride, a number, or a list of one for each axis"
        raise validation_error("RG204", message, help, instead=unambiguous_match(str(value), (STRIDE,)))
    return _axes(value, 1)


def _extent_or_here(value: object) -> "AxesOrHere":
    if value == HERE:
        return HERE
    if not isinstance(value, list | tuple) or HERE not in value:
        return _axes(value, 1)
    written = enumerate(_by_axis(value, 1))
    return tuple(HERE if item == HERE else whole_number(item, 1, LARGEST_EXTENT, index) for index, item in written)


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise validation_error("RG203", f"{KEY} must be text, not {kind(value)}")
    if not (value.isidentifier() and value.isascii()):
        raise validation_error(
            "RG205", f"{clip(value, 60)!r} is not a valid name: use letters, digits and `_`, and no digit first"
        )
    if keyword.iskeyword(value):
        raise validation_error("RG205", f"`{value}` is a Python keyword and cannot be a name")
    if value.startswith("__"):
        raise validation_error("RG205", f"`{value[:60]}` begins with two underscores, which Python reserves")
    if len(value) > LONGEST_NAME:
        raise validation_error("RG205", f"a name has at most {LONGEST_NAME} characters")
    return value


def _index(value: object) -> int:
    return whole_number(value, 0, MOST_BLOCKS)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise validation_error("RG203", f"{KEY} must be text, not {kind(value)}", quote=type(value) in (int, float))
    return value


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise validation_error("RG203", f"{KEY} must be text, not {kind(value)}")
    return value


def _code(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(_WARNING, value):
        message = f"{KEY} takes codes of warnings such as RG501, not {kind(value)}"
        code = value.strip().upper() if isinstance(value, str) else ""
        code = code if re.fullmatch(_WARNING, code) else ""
        raise validation_error(
            "RG204", message, "only warnings can be ignored; `resnetgen explain RG5` lists them", instead=code
        )
    return value


def _reason(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise validation_error("RG203", f"{KEY} must give the reason in a few words, not {kind(value)}")
    return value


def _classes(value: object) -> int:
    return whole_number(value, 1, MOST_CHANNELS)


def _pixels(value: object) -> int:
    return whole_number(value, 1, LARGEST_EXTENT)


def _blocks(value: object) -> int:
    return whole_number(value, 1, MOST_BLOCKS)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        message = f"{KEY} must be true or false, not {kind(value)}"
        raise validation_error("RG203", message, instead=intended_boolean(value))
    return value


Axes = int | tuple[int, ...]
"""One number for every axis, or one each."""

AxesOrHere = Axes | Literal["here"] | tuple[int | Literal["here"], ...]
"""The same, with `here` for the block's number, along every axis or one of them."""


def says_here(value: object) -> bool:
    """Return True if a value takes the block's number along some axis."""
    return value == HERE or (isinstance(value, tuple) and HERE in value)


HERE_FORM: Json = {"const": HERE}


def _axes_form(least: int, *, here: bool = False) -> Json:
    number = whole(least, LARGEST_EXTENT)
    item = either(HERE_FORM, number) if here else number
    each: Json = {"type": "array", "items": item, "minItems": 1, "maxItems": 3}
    return either(HERE_FORM, number, each) if here else either(number, each)


_TEXT_FORM: Json = {"type": "string"}

# The `(?!\n)` after a `$`: in Python, that also stands before a line break at the end.
_NAME_FORM: Json = {
    "type": "string",
    "maxLength": LONGEST_NAME,
    "pattern": f"^(?!__|(?:{'|'.join(keyword.kwlist)})$)[A-Za-z_][A-Za-z0-9_]*$(?!\\n)",
    "patternErrorMessage": "A name has letters, digits and `_`. It does not begin with a digit or `__`, and is not "
    "a Python keyword.",
}
_CODE_FORM: Json = {
    "type": "string",
    "pattern": f"^{_WARNING}$(?!\\n)",
    "patternErrorMessage": "The code of a warning is `RG5` and two digits.",
}
_REASON_FORM: Json = {"type": "string", "pattern": r"\S", "patternErrorMessage": "Give the reason in a few words."}

Extent = Annotated[Axes, Validator(_extent, _axes_form(1))]
ExtentOrStride = Annotated[
    Axes | Literal["stride"], Validator(_extent_or_stride, either({"const": STRIDE}, _axes_form(1)))
]
ExtentOrHere = Annotated[AxesOrHere, Validator(_extent_or_here, _axes_form(1, here=True))]
Identifier = Annotated[str, Validator(_name, _NAME_FORM)]
Text = Annotated[str, Validator(_text, _TEXT_FORM)]
Word = Annotated[str, Validator(_word, _TEXT_FORM)]
Count = Annotated[int, Validator(_classes, whole(1, MOST_CHANNELS))]
Pixels = Annotated[int, Validator(_pixels, whole(1, LARGEST_EXTENT))]
Blocks = Annotated[int, Validator(_blocks, whole(1, MOST_BLOCKS))]
Index = Annotated[int, Validator(_index, whole(0, MOST_BLOCKS))]
Flag = Annotated[bool, Validator(_flag, {"type": "boolean"})]
Code = Annotated[str, Validator(_code, _CODE_FORM)]
Reason = Annotated[str, Validator(_reason, _REASON_FORM)]


def choice(*values: str, aka: Mapping[str, str] | None = None) -> Validator:
    """Return a validator for a few words.

    Args:
        values: the words.
        aka: other names for some of them, with the word that each means.
    """

    def validate(value: object) -> str:
        if not isinstance(value, str) or value not in values:
            message = unknown(value, did_you_mean(value, values, aka))
            raise validation_error(
                "RG204", message, f"use {any_of(values)}", instead=unambiguous_match(value, values, aka)
            )
        return value

    return Validator(validate, {"enum": list(values)})


def unknown(value: object, hint: str) -> str:
    """Return the message for a value that is none of a few words."""
    return (
        f"unknown {KEY} {clip(value)!r}{hint}" if isinstance(value, str) else f"{KEY} must be text, not {kind(value)}"
    )


def spelled_out(value: object) -> object:
    """Expand a word: `batch` is short for `{type: batch}`."""
    if isinstance(value, str):
        return {"type": value}
    if isinstance(value, dict | Record):
        return value
    raise validation_error("RG203", f"{KEY} must be a name, or a mapping with a `type`, not {kind(value)}")
