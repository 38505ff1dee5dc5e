"""Weight normalization: a weight of a learned length and direction for each output channel (arXiv:1602.07868)."""

from typing import ClassVar, Literal

from resnetgen.ops.conv import Conv
from resnetgen.ops.convolution_slot import ConvolutionSlot
from resnetgen.ops.folding import Prepared
from resnetgen.ops.operator import TensorSpec
from resnetgen.ops.parametrized_conv import AT, ParametrizedConv
from resnetgen.ops.window import Window


class WeightNormConv(ParametrizedConv):
    """torch.nn.utils.parametrizations.weight_norm of a convolution, with its tensors: `original0` is the length."""

    template: ClassVar[str] = "weight_norm_conv.py.j2"
    class_name: ClassVar[str] = "WeightNormConv"
    label: ClassVar[str] = "weight-normalized conv"
    words: ClassVar[str] = "A convolution with normalized weights (arXiv:1602.07868)."

    def template_values(self) -> dict[str, str]:
        shape = f"-1{', 1' * (1 + len(self.window.kernel))}"
        return {**ParametrizedConv.template_values(self), "shape": shape}

    def entries(self) -> tuple[TensorSpec, ...]:
        weight, *bias = Conv.entries(self)
        length = TensorSpec(f"{AT}original0", (self.out_channels, *(1,) * (len(weight.shape) - 1)))
        return (*bias, length, weight._replace(name=f"{AT}original1"))

    def prepared(self) -> Prepared:
        return Prepared(
            "normalize_weight",
            "Compute weights of a length and a direction once, as the trained network does at each use.",
            ("norm = direction.flatten(1).norm(dim=1).reshape_as(length)",),
            "direction * (length / norm)",
            read=(("length", f"{AT}original0"), ("direction", f"{AT}original1")),
        )


class WeightNormSlot(ConvolutionSlot):
    """`convolution: weight_norm`: weights of a learned length and direction for each output channel."""

    type: Literal["weight_norm"]
    """`weight_norm`: a learned length and a learned direction of the weights of each output channel, as in
    `torch.nn.utils.parametrizations.weight_norm` (arXiv:1602.07868).
    """

    def operator(self, in_channels: int, out_channels: int, window: Window, groups: int, bias: bool) -> Conv:
        return WeightNormConv(in_channels, out_channels, window, groups, bias)
