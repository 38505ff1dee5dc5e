"""The field types of paddings: numbers, pairs of numbers, and words, for all axes or for each."""

from collections.abc import Callable
from typing import Annotated

from resnetgen.diagnostics.suggestions import any_of, did_you_mean
from resnetgen.schema.coercion_hints import axes_hint, intended_integer
from resnetgen.schema.fields import KEY, LARGEST_EXTENT, choice, kind, validation_error, whole_number
from resnetgen.schema.json_forms import Json, either, whole
from resnetgen.schema.marks import Validator
from resnetgen.source.unambiguous import unambiguous_match
from resnetgen.source.yaml_scalars import clip

SAME = "same"
CAUSAL = "causal"

AxisPadding = int | str | tuple[int, int]
"""The padding along one axis: on either side, before and behind, or a word."""

AnyPadding = int | str | tuple[AxisPadding, ...]
"""One padding for every axis, or one each."""

MODES = ("zeros", "reflect", "replicate", "circular")
"""PyTorch's words for what padding holds."""

_MODE_NAMES = {"edge": "replicate", "symmetric": "reflect", "wrap": "circular", "constant": "zeros", "zero": "zeros"}


def _validator(*words: str) -> Callable[[object], AnyPadding]:
    """Return the validator of a padding that may be one of a few words."""

    def validate(value: object) -> AnyPadding:
        if isinstance(value, str):
            return _word(value, words)
        if type(value) is int:
            return whole_number(value, 0, LARGEST_EXTENT)
        if not isinstance(value, list | tuple):
            message = f"{KEY} must be a whole number, or a list with one entry for each axis, not {kind(value)}"
            raise validation_error("RG203", message, instead=intended_integer(value, 0, LARGEST_EXTENT))
        if not 1 <= len(value) <= 3:
            message = f"{KEY} must have an entry for each of one, two or three axes, not {len(value)}"
            raise validation_error("RG204", message)
        return tuple(_entry(item, index, words) for index, item in enumerate(value))

    return validate


def _word(value: str, words: tuple[str, ...], index: int | None = None) -> str:
    if value in words:
        return value
    instead = intended_integer(value, 0, LARGEST_EXTENT) or ("0" if value.lower() == "valid" else "")
    if instead or not words:
        message = f"{KEY} must be a whole number, not {kind(value)}"
        help = "write 0: nothing is padded" if instead == "0" else axes_hint(value)
        raise validation_error("RG203", message, help, key=index, instead=instead)
    message = f"unknown {KEY} {clip(value)!r}{did_you_mean(value, words)}"
    hint = "" if value == "here" else axes_hint(value)  # no layer has `padding: here`
    help = hint or f"use {any_of(words)}, a number, or a list with one entry for each axis"
    raise validation_error("RG204", message, help, key=index, instead=unambiguous_match(value, words))


def _entry(value: object, index: int, words: tuple[str, ...]) -> AxisPadding:
    if isinstance(value, str):
        return _word(value, words, index)
    if not isinstance(value, list | tuple):
        return whole_number(value, 0, LARGEST_EXTENT, index)
    if len(value) != 2:
        message = f"{KEY} must have two numbers along an axis, before the map and behind it, not {len(value)}"
        raise validation_error("RG204", message, key=index)
    before, behind = (whole_number(item, 0, LARGEST_EXTENT, index) for item in value)
    return before, behind


_ANY_KERNEL = "for kernels of any size, it is `same`, `causal` or 0"


def _for_every_kernel(value: object) -> AnyPadding:
    """Validate a padding that makes sense for kernels of any size."""
    padding = _OF_CONVOLUTION(value)
    for entry in padding if isinstance(padding, tuple) else (padding,):
        if not isinstance(entry, str) and entry != 0:
            message = f"{KEY} of all convolutions cannot be {clip(str(value))}: {_ANY_KERNEL}"
            raise validation_error("RG204", message, "write a number of pixels in the layers that need it")
    return padding


def _form(*words: str) -> Json:
    number = whole(0, LARGEST_EXTENT)
    named = [{"enum": list(words)}] if words else []
    pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    return either(
        number,
        *named,
        {"type": "array", "items": either(number, *named, pair), "minItems": 1, "maxItems": 3},
    )


_OF_CONVOLUTION = _validator(SAME, CAUSAL)
_NO_PIXELS: Json = {"enum": [SAME, CAUSAL, 0]}

ConvPadding = Annotated[AnyPadding, Validator(_OF_CONVOLUTION, _form(SAME, CAUSAL))]
EveryPadding = Annotated[
    AnyPadding,
    Validator(
        _for_every_kernel, either(_NO_PIXELS, {"type": "array", "items": _NO_PIXELS, "minItems": 1, "maxItems": 3})
    ),
]
PoolPadding = Annotated[AnyPadding, Validator(_validator(SAME), _form(SAME))]
Padding = Annotated[AnyPadding, Validator(_validator(), _form())]
PaddingMode = Annotated[str, choice(*MODES, aka=_MODE_NAMES)]
