"""Linear layer over the channels of each pixel, as in the MLPs of ConvNeXt (arXiv:2201.03545)."""

from typing import ClassVar, Literal

from resnetgen.errors import OperatorError
from resnetgen.ops.conv import Conv
from resnetgen.ops.convolution_slot import ConvolutionSlot
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, TensorSpec
from resnetgen.ops.window import Window


class PointwiseLinear(Conv):
    """torch.nn.Linear over the channels of each pixel: its weight has two axes, (out_channels, in_channels)."""

    template: ClassVar[str] = "pointwise_linear.py.j2"
    class_name: ClassVar[str] = "PointwiseLinear"
    imports: ClassVar[tuple[str, ...]] = ("import torch.nn.functional as F",)
    label: ClassVar[str] = "pointwise linear"

    def construction(self) -> Construction:
        return Construction(
            self.class_name,
            (
                Argument("in_features", self.in_channels, ArgumentKind.WIDTH, positional=True),
                Argument("out_features", self.out_channels, ArgumentKind.WIDTH, positional=True),
                Argument("bias", self.bias, default=True),
            ),
        )

    def entries(self) -> tuple[TensorSpec, ...]:
        weight = TensorSpec("weight", (self.out_channels, self.in_channels))
        return (weight, TensorSpec("bias", (self.out_channels,))) if self.bias else (weight,)

    def describe(self) -> str:
        return self.label


class PointwiseLinearSlot(ConvolutionSlot):
    """`convolution: linear`: a linear layer at each pixel."""

    type: Literal["linear"]
    """`linear`: a linear layer over the channels of each pixel, for 1x1 kernels without stride, padding and groups."""

    def operator(self, in_channels: int, out_channels: int, window: Window, groups: int, bias: bool) -> Conv:
        if {*window.kernel, *window.stride, groups} != {1} or window.pads():
            message = "a linear layer at each pixel has a 1x1 kernel and no stride, padding or groups"
            help = "write `convolution: linear` in the layers `{conv: 1, ...}` alone, or `convolution: plain` here"
            raise OperatorError(message, help, "RG204")
        return PointwiseLinear(in_channels, out_channels, window, bias=bias)
