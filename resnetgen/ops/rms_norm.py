"""Root mean square normalization over the channels (arXiv:1910.07467), at each pixel of a map."""

from typing import ClassVar, Literal

from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.schema.numbers import Positive


class RMSNorm(Operator):
    """torch.nn.RMSNorm over a vector."""

    role: ClassVar[str] = "norm"
    label: ClassVar[str] = "RMS norm"
    is_norm: ClassVar[bool] = True
    is_summarized: ClassVar[bool] = False

    channels: int
    eps: float

    def construction(self) -> Construction:
        return Construction(
            "nn.RMSNorm",
            (
                Argument("normalized_shape", self.channels, ArgumentKind.WIDTH, positional=True),
                Argument("eps", self.eps),
            ),
        )

    def entries(self) -> tuple[TensorSpec, ...]:
        return (TensorSpec("weight", (self.channels,)),)


class ChannelRMSNorm(RMSNorm):
    """timm.layers.RmsNorm2d over any number of axes: a torch.nn.RMSNorm at each pixel."""

    template: ClassVar[str] = "channel_rms_norm.py.j2"
    class_name: ClassVar[str] = "ChannelRMSNorm"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)

    def construction(self) -> Construction:
        return Construction(
            self.class_name,
            (
                Argument("channels", self.channels, ArgumentKind.WIDTH, positional=True),
                Argument("eps", self.eps, default=1e-6),
            ),
        )


class RMSNormSlot(NormSlot):
    """`norm: rms`: root mean square normalization over the channels of each pixel, or over a vector."""

    type: Literal["rms"]
    """`rms`: root mean square normalization over the channels of each pixel, without a bias (arXiv:1910.07467)."""
    eps: Positive = 1e-6
    """Added to the mean square."""

    def operator(self, channels: int, rank: int) -> Operator:
        return ChannelRMSNorm(channels, self.eps)

    def of_vector(self, channels: int) -> Operator:
        return RMSNorm(channels, self.eps)
