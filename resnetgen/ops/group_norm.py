"""Group normalization (arXiv:1803.08494)."""

from math import prod
from typing import ClassVar, Literal

from resnetgen.diagnostics.model import Indivisible
from resnetgen.errors import OperatorError
from resnetgen.ops.folding import Weights
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.ops.window import Shape
from resnetgen.schema.fields import Count
from resnetgen.schema.numbers import Positive


class GroupNorm(Operator):
    """torch.nn.GroupNorm over any number of axes."""

    role: ClassVar[str] = "norm"
    label: ClassVar[str] = "group norm"
    refuses_pixels: ClassVar[bool] = True
    is_norm: ClassVar[bool] = True
    is_summarized: ClassVar[bool] = False

    channels: int
    groups: int
    eps: float

    def construction(self) -> Construction:
        return Construction(
            "nn.GroupNorm",
            (
                Argument("num_groups", self.groups, ArgumentKind.WIDTH, positional=True),
                Argument("num_channels", self.channels, ArgumentKind.WIDTH, positional=True),
                Argument("eps", self.eps, default=1e-5),
            ),
        )

    def min_batch(self, shape: Shape) -> int:
        """Return 2 for a single value per group, whose norm is zero: torch rejects a batch of one sample then."""
        return 2 if self.channels // self.groups * prod(shape[1:]) == 1 else 1

    def entries(self) -> tuple[TensorSpec, ...]:
        return TensorSpec("weight", (self.channels,)), TensorSpec("bias", (self.channels,))

    def weights(self) -> Weights:
        return Weights(self.channels)

    def describe(self) -> str:
        return f"group norm, {self.groups} groups"


class GroupNormSlot(NormSlot):
    """`norm: group`: group normalization."""

    type: Literal["group"]
    """`group`: group normalization (arXiv:1803.08494)."""
    groups: Count = 32
    """The number of groups. It must divide the channels of every layer that uses this norm."""
    eps: Positive = 1e-5
    """Added to the variance."""

    def operator(self, channels: int, rank: int) -> Operator:
        if channels % self.groups:
            message = f"a group norm of {self.groups} groups does not divide {channels} channels"
            indivisible = Indivisible("groups", self.groups, (channels,))
            raise OperatorError(message, option="groups", indivisible=indivisible)
        return GroupNorm(channels, self.groups, self.eps)

    def of_vector(self, channels: int) -> Operator:
        return self.operator(channels, 1)
