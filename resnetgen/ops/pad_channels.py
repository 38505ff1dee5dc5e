"""Shortcut without weights: subsample the map and pad its channels with zeros (ResNet's option A)."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator
from resnetgen.ops.window import Shape, Window, per_axis, slide


class PadChannels(Operator):
    """Option A of arXiv:1512.03385, section 3.3: the map at every `stride`-th pixel, with `extra` channels of zeros."""

    template: ClassVar[str] = "pad_channels.py.j2"
    class_name: ClassVar[str] = "PadChannels"
    imports: ClassVar[tuple[str, ...]] = ("import torch.nn.functional as F",)
    role: ClassVar[str] = "pad"
    label: ClassVar[str] = "pad channels"

    in_channels: int
    out_channels: int
    stride: tuple[int, ...]

    def construction(self) -> Construction:
        return Construction(
            self.class_name,
            (
                Argument("extra_channels", self.out_channels - self.in_channels, ArgumentKind.WIDTH, positional=True),
                Argument("stride", per_axis(self.stride), ArgumentKind.STRIDE),
            ),
        )

    def receptive_window(self) -> Window:
        ones = (1,) * len(self.stride)
        return Window(ones, self.stride, (0,) * len(self.stride), ones)

    def output(self, shape: Shape) -> Shape:
        return slide(self.receptive_window(), self.out_channels, shape)

    def template_values(self) -> dict[str, str]:
        rank = len(self.stride)
        strided = ", ".join([":", ":", *[":: self.stride"] * rank])
        return {"strided": strided, "unpadded": ", ".join(["0"] * (2 * rank)), "stride_type": "int"}

    def describe(self) -> str:
        return f"pad {self.out_channels - self.in_channels} channels"


class PadChannelsByAxis(PadChannels):
    """The option A shortcut with a stride for each axis."""

    template: ClassVar[str] = "pad_channels.py.j2"
    class_name: ClassVar[str] = "PadChannelsByAxis"

    def construction(self) -> Construction:
        return Construction(
            self.class_name,
            (
                Argument("extra_channels", self.out_channels - self.in_channels, ArgumentKind.WIDTH, positional=True),
                Argument("stride", self.stride, ArgumentKind.STRIDE),
            ),
        )

    def template_values(self) -> dict[str, str]:
        rank = len(self.stride)
        strided = ", ".join([":", ":", *(f":: self.stride[{axis}]" for axis in range(rank))])
        unpadded = ", ".join(["0"] * (2 * rank))
        return {"strided": strided, "unpadded": unpadded, "stride_type": f"tuple[{', '.join(['int'] * rank)}]"}


def pad_channels(in_channels: int, out_channels: int, stride: tuple[int, ...]) -> PadChannels:
    """Return the shortcut for a stride, in its simple form where all axes agree."""
    kind = PadChannels if len(set(stride)) == 1 else PadChannelsByAxis
    return kind(in_channels, out_channels, stride)
