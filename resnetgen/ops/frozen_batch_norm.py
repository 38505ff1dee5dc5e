"""Frozen batch normalization: fixed weights and statistics, as in detection backbones."""

from typing import ClassVar, Literal

from resnetgen.ops.folding import ChannelMap, Weights, by_statistics
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.schema.numbers import Positive


class FrozenBatchNorm(Operator):
    """torchvision.ops.FrozenBatchNorm2d for any number of axes: four buffers, no parameters, no training mode."""

    template: ClassVar[str] = "frozen_batch_norm.py.j2"
    class_name: ClassVar[str] = "FrozenBatchNorm"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "norm"
    label: ClassVar[str] = "frozen batch norm"
    is_norm: ClassVar[bool] = True
    is_summarized: ClassVar[bool] = False

    channels: int
    rank: int
    eps: float

    def construction(self) -> Construction:
        return Construction(
            self.class_name,
            (
                Argument("channels", self.channels, ArgumentKind.WIDTH, positional=True),
                Argument("eps", self.eps, default=1e-5),
            ),
        )

    def entries(self) -> tuple[TensorSpec, ...]:
        names = ("weight", "bias", "running_mean", "running_var")
        return tuple(TensorSpec(name, (self.channels,), trained=False) for name in names)

    def channel_map(self) -> ChannelMap:
        return by_statistics(self.channels, self.eps)

    def weights(self) -> Weights:
        return Weights(self.channels)


class FrozenBatchNormSlot(NormSlot):
    """`norm: frozen_batch`: batch normalization with fixed statistics, weight and bias."""

    type: Literal["frozen_batch"]
    """`frozen_batch`: batch normalization with fixed statistics, weight and bias."""
    eps: Positive = 1e-5
    """Added to the variance."""

    def operator(self, channels: int, rank: int) -> Operator:
        return FrozenBatchNorm(channels, rank, self.eps)
