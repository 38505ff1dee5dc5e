"""Squeeze-and-excitation: gate each channel by the global averages (arXiv:1709.01507)."""

from typing import ClassVar, Literal

from resnetgen.ops.activation import Act, Activation, ActivationSlot
from resnetgen.ops.attention import Attention, Gate, ReducingSlot
from resnetgen.ops.composite import Names, Part, pixel
from resnetgen.ops.conv import pointwise
from resnetgen.ops.operator import Operator
from resnetgen.ops.window import Shape
from resnetgen.schema.fields import Count


class SqueezeExcite(Attention):
    """Squeeze-and-excitation; the output has the shape of the input. Names as in timm.layers.SEModule."""

    template: ClassVar[str] = "squeeze_excite.py.j2"
    class_name: ClassVar[str] = "SqueezeExcite"
    words: ClassVar[str] = "Squeeze-and-excitation: gate channels by their averages (arXiv:1709.01507)."
    label: ClassVar[str] = "squeeze-excite"
    attention_kind: ClassVar[str] = "se"
    bias: ClassVar[bool] = True

    channels: int
    reduced: int
    rank: int
    act: Operator | None
    gate: Operator
    names: Names = ()

    def parts(self) -> tuple[Part, ...]:
        return self.present(
            ("fc1", pointwise(self.channels, self.reduced, self.rank, bias=self.bias)),
            ("act", self.act),
            ("fc2", pointwise(self.reduced, self.channels, self.rank, bias=self.bias)),
            ("gate", self.gate),
        )

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        inside, outside = pixel(self.reduced, self.rank), pixel(self.channels, self.rank)
        return (inside, *((inside,) if self.act else ()), outside, outside)

    def widths(self) -> tuple[tuple[str, int], ...]:
        return ("channels", self.channels), ("reduced", self.reduced)

    def template_values(self) -> dict[str, str]:
        return {"scale": self.applied(("fc1", "act", "fc2", "gate"), "mean")}

    def describe(self) -> str:
        return f"squeeze-excite to {self.reduced}"


class SqueezeExciteSlot(ReducingSlot):
    """`attention: se`: gates each channel by the global averages of all channels."""

    type: Literal["se"]
    """`se`: squeeze-and-excitation (arXiv:1709.01507)."""
    divisor: Count = 8
    """The hidden channels are a multiple of this."""
    act: Act = ActivationSlot.model_construct(type="relu")
    """The activation between the two layers."""
    gate: Gate = "sigmoid"
    """The gate function: `sigmoid`, `hardsigmoid`, `tanh`, `relu6` or `softsign`."""

    def operator(self, channels: int, rank: int) -> Operator:
        reduced = self.reduced(channels)
        return SqueezeExcite(channels, reduced, rank, self.act.operator(reduced), Activation(self.gate))
