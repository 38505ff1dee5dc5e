"""Efficient channel attention: each channel weighed by the means of its neighbours (ECA-Net, arXiv:1910.03151)."""

from math import log2
from typing import ClassVar, Literal

from resnetgen.ops.activation import Activation
from resnetgen.ops.attention import Attention, AttentionSlot, Gate, OddKernel
from resnetgen.ops.composite import Part
from resnetgen.ops.conv import Conv
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, Shape, Window


class ChannelConv(Conv):
    """torch.nn.Conv1d along the channels, each as one pixel of a map: (1, channels) to the same."""

    def construction(self) -> Construction:
        return Construction(
            "nn.Conv1d",
            (
                Argument("in_channels", self.in_channels, positional=True),
                Argument("out_channels", self.out_channels, positional=True),
                Argument("kernel_size", self.sliding.kernel[0], ArgumentKind.EXTENT, positional=True),
                Argument("padding", "same"),
                Argument("bias", self.bias, default=True),
            ),
        )


class EfficientChannelAttention(Attention):
    """Any map to one of its shape. The names inside are those of timm.layers.EcaModule."""

    template: ClassVar[str] = "efficient_channel_attention.py.j2"
    class_name: ClassVar[str] = "EfficientChannelAttention"
    words: ClassVar[str] = "Weigh each channel by the means of those near it (arXiv:1910.03151)."
    label: ClassVar[str] = "efficient channel attention"
    attention_kind: ClassVar[str] = "eca"

    channels: int
    kernel: int
    rank: int
    gate: Operator

    def parts(self) -> tuple[Part, ...]:
        window = Window((self.kernel,), (1,), (self.kernel // 2,), (1,))
        return Part("conv", ChannelConv(1, 1, window)), Part("gate", self.gate)

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        return (1, self.channels), (1, self.channels)

    def widths(self) -> tuple[tuple[str, int], ...]:
        return (("channels", self.channels),)

    def template_values(self) -> dict[str, str]:
        return {"pixel": f"x.shape[0], -1{', 1' * self.rank}"}

    def describe(self) -> str:
        return f"efficient channel attention over {self.kernel}"


class EfficientChannelAttentionSlot(AttentionSlot):
    """`attention: eca`: the more channels there are, the more neighbours count, unless `kernel` says how many."""

    type: Literal["eca"]
    """`eca`: each channel by those near it (arXiv:1910.03151)."""
    kernel: OddKernel | None = None
    """How many neighbours count, itself included; odd."""
    gate: Gate = "sigmoid"
    """What makes a weight of what the neighbours give; one of the words of `se`."""

    def operator(self, channels: int, rank: int) -> Operator:
        kernel = _kernel(channels) if self.kernel is None else self.kernel
        return EfficientChannelAttention(channels, kernel, rank, Activation(self.gate))


def _kernel(channels: int) -> int:
    """The paper's equation 12 with gamma 2 and b 1, and never a single channel, as in its authors' code."""
    reach = int((log2(channels) + 1) / 2)
    return max(reach | 1, 3)
