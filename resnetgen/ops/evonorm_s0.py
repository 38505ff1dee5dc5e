"""EvoNorm-S0: a norm and activation in one, without batch statistics (arXiv:2004.02967)."""

from typing import ClassVar, Literal

from resnetgen.diagnostics.model import Indivisible
from resnetgen.errors import OperatorError
from resnetgen.ops.affine import Affine
from resnetgen.ops.folding import Weights
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.schema.fields import Count
from resnetgen.schema.numbers import Positive


class EvoNormS0(Operator):
    """timm.layers.EvoNorm2dS0 over any number of axes: x * sigmoid(v * x) over the deviation in groups of channels."""

    template: ClassVar[str] = "evonorm_s0.py.j2"
    class_name: ClassVar[str] = "EvoNorm"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "norm"
    label: ClassVar[str] = "evonorm S0"
    is_norm: ClassVar[bool] = True
    is_summarized: ClassVar[bool] = False

    channels: int
    groups: int
    eps: float
    rank: int

    def construction(self) -> Construction:
        return Construction(
            self.class_name,
            (
                Argument("channels", self.channels, ArgumentKind.WIDTH, positional=True),
                Argument("groups", self.groups, ArgumentKind.WIDTH, default=32),
                Argument("eps", self.eps, default=1e-5),
            ),
        )

    def template_values(self) -> dict[str, str]:
        return {"grouped_axes": str(tuple(range(2, 3 + self.rank)))}

    def entries(self) -> tuple[TensorSpec, ...]:
        return tuple(TensorSpec(name, (self.channels,)) for name in ("weight", "bias", "v"))

    def weights(self) -> Weights:
        return Weights(self.channels)

    def describe(self) -> str:
        return f"{self.label}, {self.groups} groups"


class EvoNormS0Slot(NormSlot):
    """`norm: evonorm_s0`: a norm with an activation. Without the activation, it is a per-channel affine map."""

    brings_activation: ClassVar[bool] = True
    of_activation: ClassVar[tuple[str, ...]] = ("groups", "eps")

    type: Literal["evonorm_s0"]
    """`evonorm_s0`: EvoNorm-S0, which includes an activation (arXiv:2004.02967)."""
    groups: Count = 32
    """The number of groups. It must divide the channels of every layer that uses this norm."""
    eps: Positive = 1e-5
    """Added to the variance."""

    def operator(self, channels: int, rank: int) -> Operator:
        return Affine(channels)

    def activated(self, channels: int, rank: int) -> Operator:
        if channels % self.groups:
            message = f"an evonorm of {self.groups} groups does not divide {channels} channels"
            indivisible = Indivisible("groups", self.groups, (channels,))
            raise OperatorError(message, option="groups", indivisible=indivisible)
        return EvoNormS0(channels, self.groups, self.eps, rank)
