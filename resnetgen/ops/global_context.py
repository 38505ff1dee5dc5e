"""Global context: attention pooling over all pixels, then a channel transform (GCNet, arXiv:1904.11492)."""

from math import prod
from typing import Annotated, ClassVar, Literal, Self

from resnetgen.errors import OperatorError
from resnetgen.ops.activation import Act, Activation, ActivationSlot
from resnetgen.ops.attention import Attention, Gate, ReducingSlot
from resnetgen.ops.composite import Names, Part, pixel
from resnetgen.ops.conv import pointwise
from resnetgen.ops.conv_mlp import ConvMLP
from resnetgen.ops.group_norm import GroupNorm
from resnetgen.ops.operator import Operator
from resnetgen.ops.window import Shape
from resnetgen.schema.fields import choice, validation_error
from resnetgen.schema.json_forms import Rule
from resnetgen.schema.numbers import Positive

_LONGEST_IN_A_CHAIN = 39
"""The most characters of a call that others may follow in its line."""

FUSIONS = ("scale", "add", "both")


class GlobalContext(Attention):
    """Global context; the output has the shape of the input. Names as in timm.layers.GlobalContext.

    `gate` is there where the context scales the map, rather than being added alone.
    """

    template: ClassVar[str] = "global_context.py.j2"
    class_name: ClassVar[str] = "GlobalContext"
    words: ClassVar[str] = "Global context: a weighted mean of all pixels (arXiv:1904.11492)."
    label: ClassVar[str] = "global context"
    attention_kind: ClassVar[str] = "global_context"

    fuse: str
    perceptron: ConvMLP
    gate: Operator
    names: Names = ()

    def parts(self) -> tuple[Part, ...]:
        scales = self.fuse != "add"
        return self.present(
            ("conv_attn", pointwise(self.perceptron.channels, 1, self.perceptron.rank)),
            ("mlp_add", self.perceptron if self.fuse != "scale" else None),
            ("mlp_scale", self.perceptron if scales else None),
            ("gate", self.gate if scales else None),
        )

    def with_parts(self, parts: tuple[Part, ...]) -> Operator:
        return self.replace(perceptron=parts[1].operator)

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        context = pixel(output[0], len(output) - 1)
        return (1, *output[1:]), *(context for _ in self.parts()[1:])

    def macs(self, output: Shape) -> int:
        """Return the multiply-adds of its parts and of the attention pooling, a matrix product."""
        return Attention.macs(self, output) + prod(output)

    def widths(self) -> tuple[tuple[str, int], ...]:
        return self.perceptron.widths()

    def template_values(self) -> dict[str, str]:
        scale = self.applied(("mlp_scale", "gate"), "context")
        rank = self.perceptron.rank
        logits = self.applied(("conv_attn",), "x")
        long = len(logits) > _LONGEST_IN_A_CHAIN
        return {
            "fuse": self.fuse,
            "flat": ".flatten(2)" if rank > 1 else "",
            "pixel": f"x.shape[0], -1{', 1' * rank}",
            "scale": scale,
            "logits": logits if long else "",
            "attention": "logits" if long else logits,
            "shift": self.applied(("mlp_add",), "context"),
        }

    def describe(self) -> str:
        return f"global context to {self.perceptron.reduced}"


class GlobalContextSlot(ReducingSlot):
    """`attention: global_context`: a weighted mean of all pixels scales the map, is added to it, or both."""

    type: Literal["global_context"]
    """`global_context`: global context, a weighted mean of all pixels (arXiv:1904.11492)."""
    ratio: Positive = 1 / 8
    """The hidden channels, as a fraction of the map's channels."""
    fuse: Annotated[str, choice(*FUSIONS)] = "scale"
    """The operation that combines each pixel with the context: `scale`, `add`, or `both`."""
    act: Act = ActivationSlot.model_construct(type="relu")
    """The activation between the two layers."""
    gate: Gate = "sigmoid"
    """The gate function, one of those of `se`. Not with `fuse: add`."""

    def validate_record(self) -> Self:
        """Reject a gate where nothing is gated."""
        if self.fuse == "add" and "gate" in self.model_fields_set:
            raise validation_error(
                "RG209", "`gate` has no effect: with `fuse: add` nothing is scaled", "remove it", key="gate"
            )
        return ReducingSlot.validate_record(self)

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        return (*super().rules(), Rule({"gate": False}, written={"fuse": {"const": "add"}}))

    def operator(self, channels: int, rank: int) -> Operator:
        reduced = self.reduced(channels)
        if reduced == 1:
            message = f"a global context of {channels} channels would have one inner channel, which normalizes to zero"
            raise OperatorError(message, "use a larger `ratio`, or a `width` of at least 2")
        # timm's is a layer norm over the channels; over a map of one pixel a group norm of one group is the same.
        norm = GroupNorm(reduced, 1, 1e-6)
        perceptron = ConvMLP(channels, reduced, rank, norm, self.act.operator(reduced))
        return GlobalContext(self.fuse, perceptron, Activation(self.gate))
