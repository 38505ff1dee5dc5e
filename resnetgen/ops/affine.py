"""Per-channel affine map: the scale and shift that remain of a norm without its division."""

from typing import ClassVar

from resnetgen.ops.folding import ChannelMap, Weights
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec


class Affine(Operator):
    """`weight * x + bias` for each channel; the output has the shape of the input."""

    template: ClassVar[str] = "affine.py.j2"
    class_name: ClassVar[str] = "Affine"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "norm"
    label: ClassVar[str] = "affine"
    is_norm: ClassVar[bool] = True
    is_summarized: ClassVar[bool] = False

    channels: int

    def construction(self) -> Construction:
        return Construction(
            self.class_name, (Argument("channels", self.channels, ArgumentKind.WIDTH, positional=True),)
        )

    def entries(self) -> tuple[TensorSpec, ...]:
        return TensorSpec("weight", (self.channels,)), TensorSpec("bias", (self.channels,))

    def channel_map(self) -> ChannelMap:
        words = "Remove an affine map; return the scale and the shift of each channel."
        return ChannelMap("affine", words, ("weight", "bias"), "weight", "bias", channels=self.channels)

    def weights(self) -> Weights:
        return Weights(self.channels)
