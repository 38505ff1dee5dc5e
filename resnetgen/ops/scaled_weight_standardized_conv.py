"""Scaled weight standardization: standardized weights times a learned gain, over the root of the fan-in.

Brock, De and Smith, arXiv:2101.08692, equation 4; the gains of activations are those of their code
(github.com/google-deepmind/deepmind-research, nfnets), the square root of 1 / (variance of the activation's output for
a standard normal input).
"""

from collections.abc import Mapping
from math import prod
from typing import Annotated, ClassVar, Literal

from resnetgen.errors import OperatorError
from resnetgen.ops.conv import Conv
from resnetgen.ops.convolution_slot import ConvolutionSlot
from resnetgen.ops.folding import Prepared
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, TensorSpec
from resnetgen.ops.weight_standardized_conv import WeightStandardizedConv
from resnetgen.ops.window import Window
from resnetgen.schema.marks import Validator
from resnetgen.schema.numbers import Positive, Real, word_or_positive

GAINS: Mapping[str, float] = {
    "celu": 1.270926833152771,
    "elu": 1.2716004848480225,
    "gelu": 1.7015043497085571,
    "leaky_relu": 1.70590341091156,
    "logsigmoid": 1.9193484783172607,
    "relu": 1.7139588594436646,
    "relu6": 1.7131484746932983,
    "selu": 1.0008515119552612,
    "sigmoid": 4.803835391998291,
    "silu": 1.7881293296813965,
    "softsign": 2.338853120803833,
    "softplus": 1.9203323125839233,
    "tanh": 1.5939117670059204,
}
"""The gain of each activation that keeps the variance of a standard normal input."""


class ScaledWeightStandardizedConv(WeightStandardizedConv):
    """timm.layers.ScaledStdConv2d over any number of axes: (channels, *size) to (out_channels, *size / stride)."""

    template: ClassVar[str] = "scaled_weight_standardized_conv.py.j2"
    class_name: ClassVar[str] = "ScaledStandardizedConv"
    imports: ClassVar[tuple[str, ...]] = ("import torch", "import torch.nn.functional as F")
    label: ClassVar[str] = "scaled weight-standardized conv"

    gamma: float = 1.0
    gain: float = 1.0

    def construction(self) -> Construction:
        made = WeightStandardizedConv.construction(self)
        gain = Argument("gain", self.gain, ArgumentKind.FACTOR, default=1.0)
        return made._replace(arguments=(*made.arguments, gain))

    def template_values(self) -> dict[str, str]:
        rank = len(self.window.kernel)
        size = f"int | tuple[{', '.join(['int'] * rank)}]" if rank > 1 else "int"
        own = {"gamma": repr(self.gamma), "ones": ", 1" * (1 + rank), "size": size}
        return {**WeightStandardizedConv.template_values(self), **own}

    def entries(self) -> tuple[TensorSpec, ...]:
        gain = TensorSpec("gain", (self.out_channels, *(1,) * (1 + len(self.window.kernel))))
        return (*WeightStandardizedConv.entries(self), gain)

    def prepared(self) -> Prepared:
        return Prepared(
            "standardize_scaled",
            "Standardize and scale weights once, as the trained network does at each use.",
            (
                "flat = weight.flatten(1)",
                "centred = flat - flat.mean(1, keepdim=True)",
                "variance = centred.square().mean(1, keepdim=True)",
                f"scale = gain.flatten(1) * {self.gamma!r} / flat.shape[1] ** 0.5",
                f"standardized = scale * centred / (variance + {self._eps()}).sqrt()",
            ),
            "standardized.reshape_as(weight)",
            ("gain",),
        )


class ScaledWeightStandardizedSlot(ConvolutionSlot):
    """`convolution: scaled_weight_standardized`: standardized weights, scaled for networks without norms."""

    type: Literal["scaled_weight_standardized"]
    """`scaled_weight_standardized`: standardized weights, multiplied by `gamma` and a learned gain for each output
    channel, and divided by the square root of the number of weights in a filter (arXiv:2101.08692).
    """
    gamma: Annotated[float, Validator(*word_or_positive(GAINS))] = 1.0
    """The gain of the activation before these convolutions: a number, or the name of the activation."""
    init: Real = 1.0
    """The initial value of the learned gains."""
    eps: Positive = 1e-6
    """Added to the variance."""

    def operator(self, in_channels: int, out_channels: int, window: Window, groups: int, bias: bool) -> Conv:
        if in_channels // groups * prod(window.kernel) == 1:
            message = f"of {in_channels} channels in {groups} groups, a 1x1 filter has a single weight: no variance"
            raise OperatorError(message, "use fewer groups, a larger kernel, or `convolution: plain` there")
        ends = in_channels, out_channels
        return ScaledWeightStandardizedConv(*ends, window, groups, bias, self.eps, self.gamma, self.init)
