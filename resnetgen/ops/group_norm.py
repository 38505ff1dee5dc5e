"""Group normalization (arXiv:1803.08494)."""

from math import prod
from typing import ClassVar, Literal, Self

from resnetgen.diagnostics.model import Indivisible
from resnetgen.errors import OperatorError
from resnetgen.ops.folding import Weights
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.ops.window import Shape
from resnetgen.schema.fields import Count, validation_error
from resnetgen.schema.json_forms import WRITTEN, Rule
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
    size: Count | None = None
    """The channels of each group, in place of `groups`. It must divide the channels of every such layer."""
    eps: Positive = 1e-5
    """Added to the variance."""

    def validate_record(self) -> Self:
        """Reject groups by number and by size."""
        if self.size is not None and "groups" in self.model_fields_set:
            message = "the groups of the norm are written twice: by their number, and by their size"
            raise validation_error("RG209", message, "remove one of them", key="size")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the condition of `validate_record` for JSON Schema."""
        return (Rule({"groups": False}, written={"size": WRITTEN}),)

    def operator(self, channels: int, rank: int) -> Operator:
        if self.size is not None and channels % self.size:
            message = f"a group norm in groups of {self.size} channels does not divide {channels} channels"
            raise OperatorError(message, option="size", indivisible=Indivisible("size", self.size, (channels,)))
        if self.size is None and channels % self.groups:
            message = f"a group norm of {self.groups} groups does not divide {channels} channels"
            indivisible = Indivisible("groups", self.groups, (channels,))
            raise OperatorError(message, option="groups", indivisible=indivisible)
        return GroupNorm(channels, self.groups if self.size is None else channels // self.size, self.eps)

    def of_vector(self, channels: int) -> Operator:
        return self.operator(channels, 1)
