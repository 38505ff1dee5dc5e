"""Weight normalization: a weight of a learned length and direction for each output channel (arXiv:1602.07868)."""

from typing import ClassVar, Literal

from resnetgen.ops.conv import Conv
from resnetgen.ops.convolution_slot import ConvolutionSlot
from resnetgen.ops.folding import Prepared
from resnetgen.ops.operator import Construction, TensorSpec
from resnetgen.ops.padded_conv import conv, convolves_alone, padded_construction, padding_values
from resnetgen.ops.window import Window

_AT = "parametrizations.weight."


class WeightNormConv(Conv):
    """torch.nn.utils.parametrizations.weight_norm of a convolution, with its tensors: `original0` is the length."""

    template: ClassVar[str] = "weight_norm_conv.py.j2"
    class_name: ClassVar[str] = "WeightNormConv"
    helper: ClassVar[str] = "Weight"
    imports: ClassVar[tuple[str, ...]] = ("import torch", "import torch.nn.functional as F")
    label: ClassVar[str] = "weight-normalized conv"

    def construction(self) -> Construction:
        if convolves_alone(self.window):
            return Conv.construction(self)._replace(function=self.class_name)
        return padded_construction(Conv.construction(self), self.class_name)

    def template_values(self) -> dict[str, str]:
        rank = len(self.window.kernel)
        size = f"int | tuple[{', '.join(['int'] * rank)}]" if rank > 1 else "int"
        return {"rank": str(rank), "size": size, "shape": f"-1{', 1' * (1 + rank)}", **padding_values(self.window)}

    def entries(self) -> tuple[TensorSpec, ...]:
        weight, *bias = Conv.entries(self)
        length = TensorSpec(f"{_AT}original0", (self.out_channels, *(1,) * (len(weight.shape) - 1)))
        return (*bias, length, weight._replace(name=f"{_AT}original1"))

    def prepared(self) -> Prepared:
        return Prepared(
            "normalize_weight",
            "Compute weights of a length and a direction once, as the trained network does at each use.",
            ("norm = direction.flatten(1).norm(dim=1).reshape_as(length)",),
            "direction * (length / norm)",
            read=(("length", f"{_AT}original0"), ("direction", f"{_AT}original1")),
        )

    def plain(self) -> Conv:
        return conv(self.in_channels, self.out_channels, self.window, self.groups, self.bias)


class WeightNormSlot(ConvolutionSlot):
    """`convolution: weight_norm`: weights of a learned length and direction for each output channel."""

    type: Literal["weight_norm"]
    """`weight_norm`: a learned length and a learned direction of the weights of each output channel, as in
    `torch.nn.utils.parametrizations.weight_norm` (arXiv:1602.07868).
    """

    def operator(self, in_channels: int, out_channels: int, window: Window, groups: int, bias: bool) -> Conv:
        return WeightNormConv(in_channels, out_channels, window, groups, bias)
