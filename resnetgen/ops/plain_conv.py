"""The convolution that a network has unless it asks for another."""

from typing import Literal

from resnetgen.ops.conv import Conv
from resnetgen.ops.convolution_slot import ConvolutionSlot
from resnetgen.ops.padded_conv import conv
from resnetgen.ops.window import Window


class PlainSlot(ConvolutionSlot):
    """`convolution: plain`: weights used unchanged."""

    type: Literal["plain"]
    """`plain`: `nn.Conv2d` with its weights unchanged."""

    def operator(self, in_channels: int, out_channels: int, window: Window, groups: int, bias: bool) -> Conv:
        return conv(in_channels, out_channels, window, groups, bias)
