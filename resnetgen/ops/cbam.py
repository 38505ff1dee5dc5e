"""CBAM: channel attention, then spatial attention (arXiv:1807.06521)."""

from math import prod
from typing import ClassVar, Literal

from resnetgen.ops.activation import Act, Activation, ActivationSlot
from resnetgen.ops.attention import Attention, Gate, OddKernel, ReducingSlot
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.ops.composite import Names, Part, present
from resnetgen.ops.conv import Conv, pointwise
from resnetgen.ops.conv_norm_act import ConvNormAct
from resnetgen.ops.operator import Operator
from resnetgen.ops.squeeze_excite import SqueezeExcite
from resnetgen.ops.window import Shape, Window


class ChannelAttention(SqueezeExcite):
    """Channel attention of CBAM: one MLP over the global averages and over the global maxima."""

    template: ClassVar[str] = "channel_attention.py.j2"
    class_name: ClassVar[str] = "ChannelAttention"
    words: ClassVar[str] = "Gate each channel by the global averages and maxima of all channels."
    label: ClassVar[str] = "channel attention"
    attention_kind: ClassVar[str] = ""

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        """Return the shapes of both passes together: two pixels, except for the gate."""
        *passes, weights = SqueezeExcite.outputs(self, output)
        return *((channels, 2, *ones[1:]) for channels, *ones in passes), weights

    def template_values(self) -> dict[str, str]:
        inside = ("fc1", "act", "fc2")
        return {
            "of_means": self.applied(inside, "means"),
            "of_maxima": self.applied(inside, "maxima"),
            "scale": self.applied(("gate",), "of_means + of_maxima"),
        }


class SpatialAttention(Attention):
    """Spatial attention of CBAM: gate each pixel; the output has the shape of the input."""

    template: ClassVar[str] = "spatial_attention.py.j2"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    class_name: ClassVar[str] = "SpatialAttention"
    words: ClassVar[str] = "Gate each pixel by the averages and maxima over channels around it."
    label: ClassVar[str] = "spatial attention"

    conv: Operator
    gate: Operator
    names: Names = ()

    def parts(self) -> tuple[Part, ...]:
        return self.present(("conv", self.conv), ("gate", self.gate))

    def with_parts(self, parts: tuple[Part, ...]) -> Operator:
        return self.replace(conv=parts[0].operator)

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        return (1, *output[1:]), (1, *output[1:])

    def widths(self) -> tuple[tuple[str, int], ...]:
        return ()

    def template_values(self) -> dict[str, str]:
        return {"scale": self.applied(("conv", "gate"), "torch.cat((means, maxima), dim=1)")}


class Cbam(Attention):
    """CBAM (arXiv:1807.06521); the output has the shape of the input. Names as in timm.layers.CbamModule."""

    template: ClassVar[str] = "cbam.py.j2"
    class_name: ClassVar[str] = "CBAM"
    words: ClassVar[str] = "CBAM: gate the channels, then the pixels (arXiv:1807.06521)."
    label: ClassVar[str] = "CBAM"
    attention_kind: ClassVar[str] = "cbam"

    channel: ChannelAttention
    spatial: SpatialAttention
    names: Names = ()

    def parts(self) -> tuple[Part, ...]:
        return self.present(("channel", self.channel), ("spatial", self.spatial))

    def with_parts(self, parts: tuple[Part, ...]) -> Operator:
        return self.replace(channel=parts[0].operator, spatial=parts[1].operator)

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        return output, output

    def widths(self) -> tuple[tuple[str, int], ...]:
        return self.channel.widths()

    def template_values(self) -> dict[str, str]:
        return {"steps": self.in_turn(("channel", "spatial"))}

    def values(self, output: Shape) -> int:
        """Return the number of values its parts write; the last of them is its output."""
        return Attention.values(self, output) - prod(output)

    def describe(self) -> str:
        return f"CBAM to {self.channel.reduced}"


class CbamSlot(ReducingSlot):
    """`attention: cbam`: gates each channel, then each pixel."""

    type: Literal["cbam"]
    """`cbam`: channel attention, then spatial attention (arXiv:1807.06521)."""
    kernel: OddKernel = 7
    """The kernel size of the spatial attention's convolution. Odd."""
    act: Act = ActivationSlot.model_construct(type="relu")
    """The activation between the two layers of the channel attention."""
    gate: Gate = "sigmoid"
    """The gate function, one of those of `se`."""

    def operator(self, channels: int, rank: int) -> Operator:
        gate = Activation(self.gate)
        reduced = self.reduced(channels)
        inside = (
            pointwise(channels, reduced, rank, bias=False),
            None,
            self.act.operator(reduced),
            pointwise(reduced, channels, rank, bias=False),
        )
        channel = ChannelAttention(channels, reduced, rank, *inside, gate)
        return Cbam(channel, SpatialAttention(_convolved(rank, self.kernel), gate))


def _convolved(rank: int, kernel: int) -> ConvNormAct:
    """Return the convolution from the mean and maximum over channels to one value per pixel."""
    ones = (1,) * rank
    conv = Conv(2, 1, Window((kernel,) * rank, ones, (kernel // 2,) * rank, ones))
    return ConvNormAct(conv, present(("conv", conv), ("bn", BatchNorm(1, rank, 1e-5, 0.1))))
