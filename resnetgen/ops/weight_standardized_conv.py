"""Weight-standardized convolution: the weights of each output channel are normalized at each use (arXiv:1903.10520)."""

from math import prod
from typing import ClassVar, Literal

from resnetgen.errors import OperatorError
from resnetgen.ops.conv import Conv
from resnetgen.ops.convolution_slot import ConvolutionSlot
from resnetgen.ops.folding import Prepared
from resnetgen.ops.operator import Construction
from resnetgen.ops.padded_conv import conv, convolves_alone, padded_construction, padding_values
from resnetgen.ops.window import Window
from resnetgen.schema.numbers import Positive


class WeightStandardizedConv(Conv):
    """timm.layers.StdConv2d over any number of axes: (channels, *size) to (out_channels, *size / stride).

    The weights of each output channel have mean 0 and variance 1 when they are used; `eps` is added to their variance.
    """

    template: ClassVar[str] = "weight_standardized_conv.py.j2"
    class_name: ClassVar[str] = "WeightStandardizedConv"
    imports: ClassVar[tuple[str, ...]] = ("import torch.nn.functional as F",)
    label: ClassVar[str] = "weight-standardized conv"

    eps: float = 1e-6

    def construction(self) -> Construction:
        if convolves_alone(self.window):
            return Conv.construction(self)._replace(function=self.class_name)
        return padded_construction(Conv.construction(self), self.class_name)

    def template_values(self) -> dict[str, str]:
        return {"rank": str(len(self.window.kernel)), "eps": self._eps(), **padding_values(self.window)}

    def prepared(self) -> Prepared:
        return Prepared(
            "standardize",
            "Standardize weights once, as the trained network does at each use.",
            (
                "flat = weight.flatten(1)",
                "centred = flat - flat.mean(1, keepdim=True)",
                "variance = centred.square().mean(1, keepdim=True)",
                f"standardized = centred / (variance + {self._eps()}).sqrt()",
            ),
            "standardized.reshape_as(weight)",
        )

    def plain(self) -> Conv:
        return conv(self.in_channels, self.out_channels, self.window, self.groups, self.bias)

    def _eps(self) -> str:
        return repr(self.eps).replace("e-0", "e-")


class WeightStandardizedSlot(ConvolutionSlot):
    """`convolution: weight_standardized`: weights with mean 0 and variance 1 for each output channel."""

    type: Literal["weight_standardized"]
    """`weight_standardized`: weights shifted and scaled to mean 0 and variance 1 for each output channel
    (arXiv:1903.10520).
    """
    eps: Positive = 1e-6
    """Added to the variance."""

    def operator(self, in_channels: int, out_channels: int, window: Window, groups: int, bias: bool) -> Conv:
        if in_channels // groups * prod(window.kernel) == 1:
            message = f"of {in_channels} channels in {groups} groups, a 1x1 filter has a single weight: no variance"
            raise OperatorError(message, "use fewer groups, a larger kernel, or `convolution: plain` there")
        return WeightStandardizedConv(in_channels, out_channels, window, groups, bias, self.eps)
