"""Convolution over one, two or three axes."""

from functools import lru_cache
from typing import ClassVar, Self

from resnetgen.ops.folding import Weights
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.ops.window import (
    ZEROS,
    Shape,
    ShapeMismatch,
    Window,
    by_axis,
    padding_words,
    per_axis,
    slide,
    too_small,
    usual_padding,
)


class Conv(Operator):
    """torch.nn.Conv1d, Conv2d, Conv3d: (channels, *size) to (out_channels, *size / stride)."""

    role: ClassVar[str] = "conv"
    pads_same: ClassVar[bool] = True
    label: ClassVar[str] = "conv"
    is_weighted: ClassVar[bool] = True

    in_channels: int
    out_channels: int
    window: Window
    groups: int = 1
    bias: bool = False

    def construction(self) -> Construction:
        window = self.window
        rank = len(window.kernel)
        return Construction(
            f"nn.Conv{rank}d",
            (
                Argument("in_channels", self.in_channels, ArgumentKind.WIDTH, positional=True),
                Argument("out_channels", self.out_channels, ArgumentKind.WIDTH, positional=True),
                Argument("kernel_size", per_axis(window.kernel), ArgumentKind.EXTENT, positional=True),
                Argument("stride", per_axis(window.stride), ArgumentKind.STRIDE, default=1),
                Argument("padding", per_axis(window.padding), ArgumentKind.SPREAD, default=0),
                Argument("dilation", per_axis(window.dilation), ArgumentKind.SPREAD, default=1),
                Argument("groups", self.groups, ArgumentKind.WIDTH, default=1),
                Argument("bias", self.bias, default=True),
                Argument("padding_mode", window.mode, default=ZEROS),
            ),
        )

    def can_hold(self) -> bool:
        """Return True if nothing but torch's own convolution is applied: no other weights, no padding before it."""
        return not self.template and self.window.mode == ZEROS

    def receptive_window(self) -> Window:
        return self.window

    def output(self, shape: Shape) -> Shape:
        return slide(self.window, self.out_channels, shape)

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        return too_small(self.window, shape)

    def entries(self) -> tuple[TensorSpec, ...]:
        weight = TensorSpec("weight", (self.out_channels, self.in_channels // self.groups, *self.window.kernel))
        return (weight, TensorSpec("bias", (self.out_channels,))) if self.bias else (weight,)

    def weights(self) -> Weights:
        zeros = self.window.pads() and self.window.mode == ZEROS
        return Weights(self.out_channels, self.in_channels, self.groups, self.bias, zeros)

    def with_bias(self) -> Self:
        return self.replace(bias=True)

    def macs(self, output: Shape) -> int:
        count = self.in_channels // self.groups
        for extent in (*self.window.kernel, *output):
            count *= extent
        return count

    def describe(self) -> str:
        window = self.window
        words = f"conv {by_axis(window.kernel)}"
        if set(window.stride) != {1}:
            words += f"/{by_axis(window.stride) if len(set(window.stride)) > 1 else window.stride[0]}"
        words += padding_words(window, usual_padding(window.kernel, window.dilation))
        if self.groups > 1:
            words += f", {self.groups} groups"
        if set(window.dilation) != {1}:
            words += f", dilation {per_axis(window.dilation)}"
        return words

    def describe_layer(self, output: Shape) -> str:
        window = self.window
        words = f"{by_axis(window.kernel)}, {self.out_channels}"
        if self.groups > 1:
            words += f", {self.groups} groups"
        return words if set(window.dilation) == {1} else f"{words}, dilation {per_axis(window.dilation)}"


@lru_cache(maxsize=4096)
def pointwise(in_channels: int, out_channels: int, rank: int, groups: int = 1, bias: bool = True) -> Conv:
    """Return a 1x1 convolution, over any number of axes."""
    ones = (1,) * rank
    return Conv(in_channels, out_channels, Window(ones, ones, (0,) * rank, ones), groups, bias)
