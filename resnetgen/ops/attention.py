"""Base classes of the attention slots: their place in a block and their reduced width."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.errors import OperatorError
from resnetgen.ops.composite import Composite
from resnetgen.ops.operator import Operator
from resnetgen.schema.coercion_hints import intended_integer
from resnetgen.schema.fields import (
    KEY,
    LARGEST_EXTENT,
    MOST_CHANNELS,
    Count,
    choice,
    kind,
    unknown,
    validation_error,
)
from resnetgen.schema.json_forms import WRITTEN, Rule, either, whole
from resnetgen.schema.make_divisible import ROUNDINGS, as_written, divisible
from resnetgen.schema.marks import Validator
from resnetgen.schema.numbers import Positive
from resnetgen.schema.record import Record
from resnetgen.schema.width_expression import Expression, number
from resnetgen.schema.widths import Width
from resnetgen.source.unambiguous import unambiguous_match

PLACES = ("end", "start", "sum", "shortcut")
"""Beside these, the name of a convolution: `conv2`."""

_CONVOLUTION = "conv[1-9][0-9]{0,2}"


def _place(value: object) -> str:
    if isinstance(value, str) and (value in PLACES or re.fullmatch(_CONVOLUTION, value)):
        return value
    message = unknown(value, did_you_mean(value, PLACES))
    help = f"use {', '.join(PLACES)} or a convolution, such as conv2"
    raise validation_error("RG204", message, help, instead=unambiguous_match(value, PLACES))


_PLACE_FORM = either({"enum": list(PLACES)}, {"type": "string", "pattern": f"^{_CONVOLUTION}$(?!\\n)"})


def _odd(value: object) -> int:
    if type(value) is not int:
        instead = intended_integer(value, 1, LARGEST_EXTENT)
        raise validation_error("RG203", f"{KEY} must be a whole number, not {kind(value)}", instead=instead)
    if not 1 <= value <= LARGEST_EXTENT or value % 2 == 0:
        raise validation_error("RG204", f"{KEY} must be odd and from 1 to {LARGEST_EXTENT:,}, not {value}")
    return value


OddKernel = Annotated[int, Validator(_odd, {**whole(1, LARGEST_EXTENT), "not": {"multipleOf": 2}})]

GATES = ("sigmoid", "hardsigmoid", "tanh", "relu6", "softsign")

Gate = Annotated[str, choice(*GATES)]
"""The function that maps the numbers of a module to weights."""


class Attention(Composite):
    """A module that gates a map by weights computed from that map; the output has the shape of the input."""

    role: ClassVar[str] = "attention"
    is_renamable: ClassVar[bool] = True
    keeps_zero: ClassVar[bool] = True


class AttentionSlot(Record):
    """`attention: ...`: the module, and its position in the block.

    The positions are those of arXiv:1709.01507, section 6.5: at the end of the branch (standard), at the start (PRE),
    after the sum (POST), on the shortcut (Identity); or after a convolution of the branch.
    """

    place: Annotated[str, Validator(_place, _PLACE_FORM)] = "end"
    """The position in the block: at the `end` or the `start` of the branch, after the `sum`, on the `shortcut`, or
    after a convolution: `conv1`, `conv2`, ...
    """

    def expressions(self) -> Mapping[str, Expression]:
        """Return the options that are width expressions, which `with_numbers` replaces by their values."""
        return {}

    def with_numbers(self, numbers: Mapping[str, int]) -> Self:
        """Return the slot with numbers for its `expressions`."""
        return self.model_copy(update={key: number(value) for key, value in numbers.items()}) if numbers else self

    def operator(self, channels: int, rank: int) -> Operator | None:
        """Return the module for a map of `channels` channels; `expressions` must be numbers.

        Raises:
            OperatorError: the module does not work with this number of channels.
        """
        raise NotImplementedError


class ReducingSlot(AttentionSlot):
    """An attention module with fewer channels inside: `ratio` of those outside, rounded to a multiple of `divisor`.

    `nearest` gives at least one `divisor`, as timm's make_divisible does.
    """

    ratio: Positive = 1 / 16
    """The hidden channels, as a fraction of the map's channels."""
    divisor: Count = 1
    """The hidden channels are a multiple of this."""
    rounding: Annotated[str, choice(*ROUNDINGS)] = "nearest"
    """The rounding of the hidden channels to a multiple of `divisor`: `nearest`, with `divisor` as the minimum; `down`
    or `up`.
    """
    width: Width | None = None
    """The number of hidden channels, a width. It replaces `ratio`, `divisor` and `rounding`."""

    def validate_record(self) -> Self:
        """Reject a `width` beside the keys that compute it."""
        unused = [key for key in ("ratio", "divisor", "rounding") if key in self.model_fields_set]
        if self.width is not None and unused:
            message = f"`{unused[0]}` has no effect: `width` sets the inner channels"
            raise validation_error("RG209", message, "remove one of them", key=unused[0])
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        return (Rule({"ratio": False, "divisor": False, "rounding": False}, written={"width": WRITTEN}),)

    def expressions(self) -> Mapping[str, Expression]:
        return {} if self.width is None else {"width": self.width}

    def reduced(self, channels: int) -> int:
        """Return the reduced number of channels.

        Raises:
            OperatorError: the number is 0 or too large.
        """
        if self.width is not None:
            return self.width.width({}, MOST_CHANNELS)
        share = channels * as_written(self.ratio)
        if share > MOST_CHANNELS:
            message = f"`ratio: {self.ratio:g}` makes more than {MOST_CHANNELS:,} channels of {channels}"
            raise OperatorError(message, "use a smaller `ratio`", option="ratio")
        reduced = divisible(share, self.divisor, self.rounding)
        if reduced < 1:
            divides = self.divisor > 1
            multiple = f" to a multiple of {self.divisor}" if divides else ""
            message = f"`ratio: {self.ratio:g}` of {channels} channels, rounded down{multiple}, is zero"
            smaller = "a smaller `divisor`, " if divides else ""
            raise OperatorError(message, f"use a larger `ratio`, {smaller}or `rounding: nearest`", option="ratio")
        return reduced
