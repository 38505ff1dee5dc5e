"""The base class of the kinds of convolution, with what holds for all convolutions of a network or a block."""

from typing import Any, ClassVar, Literal, Self

from resnetgen.ops.conv import Conv
from resnetgen.ops.window import Window
from resnetgen.schema.fields import HERE, Flag, validation_error
from resnetgen.schema.json_forms import Rule
from resnetgen.schema.padding import EveryPadding, PaddingMode
from resnetgen.schema.record import Record

COMMON = ("bias", "padding", "padding_mode")
"""The keys that hold for every convolution of a network or a block. A layer has them as keys of its own."""


class ConvolutionSlot(Record):
    """`convolution: ...`: the type of the convolutions of a network, a block or a layer, and their common keys."""

    inherits: ClassVar[bool] = False
    """True if the kind is that of the level around."""

    bias: Flag | None = None
    """If true, every convolution has a bias, also before a norm. If false, none has."""
    padding: EveryPadding | None = None
    """The padding of every convolution: `same`, `causal`, 0, or a list with one of these for each axis."""
    padding_mode: PaddingMode | None = None
    """The values of the padding of every convolution: `zeros`, `reflect`, `replicate` or `circular`."""

    def operator(self, in_channels: int, out_channels: int, window: Window, groups: int, bias: bool) -> Conv:
        """Return the convolution with these arguments."""
        raise NotImplementedError

    def over(self, outer: "ConvolutionSlot") -> "ConvolutionSlot":
        """Return the slot with the keys that it leaves out taken from that of the level around."""
        given = {key: value for key in COMMON if (value := getattr(self, key)) is not None}
        if self.inherits:
            return outer.model_copy(update=given)
        inherited = {key: value for key in COMMON if (value := getattr(outer, key)) is not None}
        return self.model_copy(update={**inherited, **given}) if inherited else self


class ConvolutionHereSlot(ConvolutionSlot):
    """`convolution: {bias: true}`: the type of the level around, with keys of its own."""

    inherits: ClassVar[bool] = True

    type: Literal["here"] = "here"
    """`here`, the default: the type that the outer level sets."""

    def validate_record(self) -> Self:
        """Reject a slot without a key."""
        if all(getattr(self, key) is None for key in COMMON):
            message = "`convolution` has no effect: it has no keys"
            raise validation_error("RG209", message, "give it a `type`, `bias`, `padding` or `padding_mode`")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        return (Rule({}, needs_one=COMMON),)


def with_kind(value: Any) -> Any:
    """Expand a word, and give a mapping without a `type` that of the level around."""
    if isinstance(value, dict) and "type" not in value:
        return {"type": HERE, **value}
    return value
