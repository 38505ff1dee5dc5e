"""Efficient channel attention: gate channels by a 1D convolution over their averages (ECA-Net, arXiv:1910.03151)."""

from math import log2
from typing import ClassVar, Literal

from resnetgen.ops.activation import Activation
from resnetgen.ops.attention import Attention, AttentionSlot, Gate, OddKernel
from resnetgen.ops.composite import Names, Part
from resnetgen.ops.conv import Conv
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator
from resnetgen.ops.window import Shape, Window


class ChannelConv(Conv):
    """torch.nn.Conv1d over the channel axis: (1, channels) to the same shape."""

    def construction(self) -> Construction:
        return Construction(
            "nn.Conv1d",
            (
                Argument("in_channels", self.in_channels, positional=True),
                Argument("out_channels", self.out_channels, positional=True),
                Argument("kernel_size", self.window.kernel[0], ArgumentKind.EXTENT, positional=True),
                Argument("padding", "same"),
                Argument("bias", self.bias, default=True),
            ),
        )


class EfficientChannelAttention(Attention):
    """Efficient channel attention; the output has the shape of the input. Names as in timm.layers.EcaModule."""

    template: ClassVar[str] = "efficient_channel_attention.py.j2"
    class_name: ClassVar[str] = "EfficientChannelAttention"
    words: ClassVar[str] = "Efficient channel attention: gate by nearby averages (arXiv:1910.03151)."
    label: ClassVar[str] = "efficient channel attention"
    attention_kind: ClassVar[str] = "eca"

    channels: int
    kernel: int
    rank: int
    gate: Operator
    names: Names = ()

    def parts(self) -> tuple[Part, ...]:
        window = Window((self.kernel,), (1,), (self.kernel // 2,), (1,))
        return self.present(("conv", ChannelConv(1, 1, window)), ("gate", self.gate))

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        return (1, self.channels), (1, self.channels)

    def widths(self) -> tuple[tuple[str, int], ...]:
        return (("channels", self.channels),)

    def template_values(self) -> dict[str, str]:
        scale = self.applied(("conv", "gate"), "means")
        return {"pixel": f"x.shape[0], -1{', 1' * self.rank}", "scale": scale}

    def describe(self) -> str:
        return f"efficient channel attention over {self.kernel}"


class EfficientChannelAttentionSlot(AttentionSlot):
    """`attention: eca`: gates each channel by the averages of its neighbours; `kernel` sets their number."""

    type: Literal["eca"]
    """`eca`: efficient channel attention (arXiv:1910.03151)."""
    kernel: OddKernel | None = None
    """The kernel size: the number of neighbouring channels, including the channel itself. Odd."""
    gate: Gate = "sigmoid"
    """The gate function, one of those of `se`."""

    def operator(self, channels: int, rank: int) -> Operator:
        kernel = _kernel(channels) if self.kernel is None else self.kernel
        return EfficientChannelAttention(channels, kernel, rank, Activation(self.gate))


def _kernel(channels: int) -> int:
    """Return the kernel size of the paper's equation 12 with gamma 2 and b 1, at least 3 as in the authors' code."""
    reach = int((log2(channels) + 1) / 2)
    return max(reach | 1, 3)
