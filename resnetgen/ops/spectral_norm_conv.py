"""Spectral normalization: a weight over its largest singular value (arXiv:1802.05957)."""

from math import prod
from typing import ClassVar, Literal

from resnetgen.ops.conv import Conv
from resnetgen.ops.convolution_slot import ConvolutionSlot
from resnetgen.ops.folding import Prepared
from resnetgen.ops.operator import TensorSpec
from resnetgen.ops.parametrized_conv import AT, ParametrizedConv
from resnetgen.ops.window import Window


class SpectralNormConv(ParametrizedConv):
    """torch.nn.utils.parametrizations.spectral_norm of a convolution.

    Its tensors are the weight `original` and the estimates of the singular vectors `_u` and `_v`, which one power
    iteration improves at each use in training mode.
    """

    template: ClassVar[str] = "spectral_norm_conv.py.j2"
    class_name: ClassVar[str] = "SpectralNormConv"
    label: ClassVar[str] = "spectrally normalized conv"
    words: ClassVar[str] = "A convolution with spectrally normalized weights (arXiv:1802.05957)."
    trains_by_buffers: ClassVar[bool] = True

    def entries(self) -> tuple[TensorSpec, ...]:
        weight, *bias = Conv.entries(self)
        rows, *columns = weight.shape
        return (
            *bias,
            weight._replace(name=f"{AT}original"),
            TensorSpec(f"{AT}0._u", (rows,), trained=False),
            TensorSpec(f"{AT}0._v", (prod(columns),), trained=False),
        )

    def prepared(self) -> Prepared:
        return Prepared(
            "divide_by_spectral_norm",
            "Divide weights by their largest singular value once, as the trained network does at each use.",
            ("sigma = u.dot(original.flatten(1).mv(v))",),
            "original / sigma",
            read=(("original", f"{AT}original"), ("u", f"{AT}0._u"), ("v", f"{AT}0._v")),
        )


class SpectralNormSlot(ConvolutionSlot):
    """`convolution: spectral_norm`: weights over their largest singular value."""

    type: Literal["spectral_norm"]
    """`spectral_norm`: weights over an estimate of their largest singular value, which each forward pass in training
    improves, as in `torch.nn.utils.parametrizations.spectral_norm` (arXiv:1802.05957).
    """

    def operator(self, in_channels: int, out_channels: int, window: Window, groups: int, bias: bool) -> Conv:
        return SpectralNormConv(in_channels, out_channels, window, groups, bias)
