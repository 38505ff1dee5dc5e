"""Squeeze-and-excitation: gate each channel by the global averages (arXiv:1709.01507)."""

from typing import ClassVar, Literal

from resnetgen.errors import OperatorError
from resnetgen.ops.activation import Act, Activation, ActivationSlot
from resnetgen.ops.attention import Attention, Gate, ReducingSlot
from resnetgen.ops.composite import Names, Part, pixel
from resnetgen.ops.conv import pointwise
from resnetgen.ops.norms import InnerNorm, NoneNormSlot
from resnetgen.ops.operator import Operator
from resnetgen.ops.window import Shape
from resnetgen.schema.fields import Count, Flag


class SqueezeExcite(Attention):
    """Squeeze-and-excitation; the output has the shape of the input. Names as in timm.layers.SEModule."""

    template: ClassVar[str] = "squeeze_excite.py.j2"
    class_name: ClassVar[str] = "SqueezeExcite"
    words: ClassVar[str] = "Squeeze-and-excitation: gate channels by their averages (arXiv:1709.01507)."
    label: ClassVar[str] = "squeeze-excite"
    attention_kind: ClassVar[str] = "se"

    channels: int
    reduced: int
    rank: int
    squeeze: Operator
    norm: Operator | None
    act: Operator | None
    excite: Operator
    gate: Operator
    names: Names = ()

    def parts(self) -> tuple[Part, ...]:
        return self.present(
            ("fc1", self.squeeze), ("bn", self.norm), ("act", self.act), ("fc2", self.excite), ("gate", self.gate)
        )

    def rows(self) -> tuple[tuple[str, ...], ...]:
        return () if self.norm is None else (tuple(part.name for part in self.parts()[:2]),)

    def with_parts(self, parts: tuple[Part, ...]) -> Operator:
        """Return it with other parts, with or without the norm."""
        norm = parts[1].operator if len(parts) == len(self.parts()) else None
        return self.replace(squeeze=parts[0].operator, norm=norm)

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        inside, outside = pixel(self.reduced, self.rank), pixel(self.channels, self.rank)
        return (*(inside for _ in self.parts()[:-2]), outside, outside)

    def widths(self) -> tuple[tuple[str, int], ...]:
        return ("channels", self.channels), ("reduced", self.reduced)

    def template_values(self) -> dict[str, str]:
        return {"scale": self.applied(("fc1", "bn", "act", "fc2", "gate"), "mean")}

    def describe(self) -> str:
        return f"squeeze-excite to {self.reduced}"


class SqueezeExciteSlot(ReducingSlot):
    """`attention: se`: gates each channel by the global averages of all channels."""

    type: Literal["se"]
    """`se`: squeeze-and-excitation (arXiv:1709.01507)."""
    divisor: Count = 8
    """The hidden channels are a multiple of this."""
    bias: Flag = True
    """If true, the two layers have biases."""
    norm: InnerNorm = NoneNormSlot.model_construct(type="none")
    """The normalization after the first layer."""
    act: Act = ActivationSlot.model_construct(type="relu")
    """The activation between the two layers."""
    gate: Gate = "sigmoid"
    """The gate function: `sigmoid`, `hardsigmoid`, `tanh`, `relu6` or `softsign`."""

    def operator(self, channels: int, rank: int) -> Operator:
        reduced = self.reduced(channels)
        try:
            norm = self.norm.operator(reduced, rank)
        except OperatorError as error:
            raise error.inside("norm") from None
        return SqueezeExcite(
            channels,
            reduced,
            rank,
            pointwise(channels, reduced, rank, bias=self.bias),
            norm,
            self.act.operator(reduced),
            pointwise(reduced, channels, rank, bias=self.bias),
            Activation(self.gate),
        )
