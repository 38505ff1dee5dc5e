"""Layer normalization over the channels (arXiv:1607.06450); at each pixel of a map as in ConvNeXt."""

from typing import ClassVar, Literal

from resnetgen.ops.folding import Weights
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.schema.numbers import Positive


class LayerNorm(Operator):
    """torch.nn.LayerNorm over a vector."""

    role: ClassVar[str] = "norm"
    label: ClassVar[str] = "layer norm"
    is_norm: ClassVar[bool] = True
    is_summarized: ClassVar[bool] = False

    channels: int
    eps: float

    def construction(self) -> Construction:
        return Construction(
            self.class_name or "nn.LayerNorm",
            (
                Argument("normalized_shape", self.channels, ArgumentKind.WIDTH, positional=True),
                Argument("eps", self.eps, default=1e-5),
            ),
        )

    def entries(self) -> tuple[TensorSpec, ...]:
        return TensorSpec("weight", (self.channels,)), TensorSpec("bias", (self.channels,))

    def weights(self) -> Weights:
        return Weights(self.channels)


class ChannelLayerNorm(LayerNorm):
    """timm.layers.LayerNorm2d over any number of axes: a torch.nn.LayerNorm at each pixel."""

    template: ClassVar[str] = "channel_layer_norm.py.j2"
    class_name: ClassVar[str] = "ChannelLayerNorm"
    imports: ClassVar[tuple[str, ...]] = ("import torch.nn.functional as F",)


class LayerNormSlot(NormSlot):
    """`norm: layer`: layer normalization over the channels of each pixel, or over a vector."""

    type: Literal["layer"]
    """`layer`: layer normalization over the channels of each pixel (arXiv:1607.06450)."""
    eps: Positive = 1e-5
    """Added to the variance. ConvNeXt has `1.0e-6`."""

    def operator(self, channels: int, rank: int) -> Operator:
        return ChannelLayerNorm(channels, self.eps)

    def of_vector(self, channels: int) -> Operator:
        return LayerNorm(channels, self.eps)
