"""Shortcut without weights: subsample the map and add channels of zeros (ResNet's option A)."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator
from resnetgen.ops.window import Shape, Window, per_axis, slide

ZEROS = ("behind", "both")
"""The sides on which the channels of zeros are."""


class PadChannels(Operator):
    """Option A of arXiv:1512.03385, section 3.3: the map at every `stride`-th pixel, with channels of zeros behind."""

    template: ClassVar[str] = "pad_channels.py.j2"
    class_name: ClassVar[str] = "PadChannels"
    imports: ClassVar[tuple[str, ...]] = ("import torch.nn.functional as F",)
    role: ClassVar[str] = "pad"
    label: ClassVar[str] = "pad channels"
    zeros: ClassVar[str] = "behind"

    in_channels: int
    out_channels: int
    stride: tuple[int, ...]

    def construction(self) -> Construction:
        return Construction(self.class_name, (self._extra(), *self._strides()))

    def _extra(self) -> Argument:
        extra = self.out_channels - self.in_channels
        return Argument("extra_channels", extra, ArgumentKind.WIDTH, positional=True)

    def _strides(self) -> tuple[Argument, ...]:
        return (Argument("stride", per_axis(self.stride), ArgumentKind.STRIDE),)

    def receptive_window(self) -> Window:
        ones = (1,) * len(self.stride)
        return Window(ones, self.stride, (0,) * len(self.stride), ones)

    def output(self, shape: Shape) -> Shape:
        return slide(self.receptive_window(), self.out_channels, shape)

    def template_values(self) -> dict[str, str]:
        both = self.zeros == "both"
        unpadded = ", ".join(["0"] * (2 * len(self.stride)))
        front, rest = ("front", "self.extra_channels - front") if both else ("0", "self.extra_channels")
        return {
            "words": self._words("put channels of zeros on both sides" if both else "append channels of zeros"),
            "stride_type": self._stride_type(),
            "strided": ", ".join([":", ":", *self._steps()]),
            "front": "self.extra_channels // 2" if both else "",
            "padding": f"{unpadded}, {front}, {rest}",
        }

    def _words(self, zeros: str) -> str:
        return f"Take every `stride`-th pixel and {zeros}."

    def _stride_type(self) -> str:
        return "int"

    def _steps(self) -> list[str]:
        return [":: self.stride"] * len(self.stride)

    def describe(self) -> str:
        sides = " on both sides" if self.zeros == "both" else ""
        return f"pad {self.out_channels - self.in_channels} channels{sides}"


class PadChannelsByAxis(PadChannels):
    """The option A shortcut with a stride for each axis."""

    class_name: ClassVar[str] = "PadChannelsByAxis"

    def _strides(self) -> tuple[Argument, ...]:
        return (Argument("stride", self.stride, ArgumentKind.STRIDE),)

    def _stride_type(self) -> str:
        return f"tuple[{', '.join(['int'] * len(self.stride))}]"

    def _steps(self) -> list[str]:
        return [f":: self.stride[{axis}]" for axis in range(len(self.stride))]


class ZeroChannels(PadChannels):
    """Channels of zeros behind those of the map, at every pixel."""

    class_name: ClassVar[str] = "ZeroChannels"

    def _strides(self) -> tuple[Argument, ...]:
        return ()

    def _words(self, zeros: str) -> str:
        return f"{zeros.capitalize()}."

    def _stride_type(self) -> str:
        return ""


class PadChannelsOnBothSides(PadChannels):
    """Option A with half of the zeros before the channels of the map, as public code for CIFAR has it."""

    class_name: ClassVar[str] = "PadChannelsOnBothSides"
    zeros: ClassVar[str] = "both"


class PadChannelsOnBothSidesByAxis(PadChannelsByAxis):
    """Option A with a stride for each axis, and half of the zeros before the channels of the map."""

    class_name: ClassVar[str] = "PadChannelsOnBothSidesByAxis"
    zeros: ClassVar[str] = "both"


class ZeroChannelsOnBothSides(ZeroChannels):
    """Channels of zeros, half of them before those of the map and half behind."""

    class_name: ClassVar[str] = "ZeroChannelsOnBothSides"
    zeros: ClassVar[str] = "both"


def pad_channels(
    in_channels: int, out_channels: int, stride: tuple[int, ...], zeros: str = "behind", *, strides: bool = True
) -> PadChannels:
    """Return the operator that adds channels of zeros.

    Args:
        in_channels: the channels of the map.
        out_channels: the channels that it is to have.
        stride: the stride along each axis; the class has the simple form where all axes agree.
        zeros: `behind` the map's channels, or on `both` sides, of an odd number one more behind.
        strides: False if no use of the class strides, which then takes no stride.
    """
    plain, by_axis, whole = {
        "behind": (PadChannels, PadChannelsByAxis, ZeroChannels),
        "both": (PadChannelsOnBothSides, PadChannelsOnBothSidesByAxis, ZeroChannelsOnBothSides),
    }[zeros]
    kind = whole if not strides else plain if len(set(stride)) == 1 else by_axis
    return kind(in_channels, out_channels, stride)
