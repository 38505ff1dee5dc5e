"""Convolution with padding that differs before and behind the map, or depends on its size."""

from typing import ClassVar

from resnetgen.ops.conv import Conv
from resnetgen.ops.operator import Construction
from resnetgen.ops.padding_code import padding_lines
from resnetgen.ops.window import ZEROS, Window

_MISSING = '''
    def missing(self, size: int, axis: int) -> int:
        """Return the number of pixels to add along an axis."""
        reach = self.dilation[axis] * (self.kernel_size[axis] - 1) + 1
        return reach - self.stride[axis] + -size % self.stride[axis]
'''


class PaddedConv(Conv):
    """torch.nn.Conv1d, Conv2d, Conv3d after torch.nn.functional.pad, with the state dict of the former."""

    template: ClassVar[str] = "padded_conv.py.j2"
    class_name: ClassVar[str] = "PaddedConv"
    imports: ClassVar[tuple[str, ...]] = ("import torch.nn.functional as F",)
    words: ClassVar[str] = "A convolution with padding of its own on each side."
    """The docstring of the emitted class."""

    def construction(self) -> Construction:
        return padded_construction(Conv.construction(self), self.class_name)

    def template_values(self) -> dict[str, str]:
        return {
            "rank": str(len(self.window.kernel)),
            "words": self.words,
            **padding_values(self.window),
        }


class SameConv(PaddedConv):
    """The same, where the padding depends on the size of the map: timm's Conv2dSame over any number of axes."""

    class_name: ClassVar[str] = "SameConv"
    words: ClassVar[str] = "A convolution that pads for ceil(size / stride) pixels, as TensorFlow does."


class CausalConv(PaddedConv):
    """The same, with all padding before the map."""

    class_name: ClassVar[str] = "CausalConv"
    words: ClassVar[str] = "A convolution whose output depends on no later input."


def conv(in_channels: int, out_channels: int, window: Window, groups: int, bias: bool) -> Conv:
    """Return the convolution for a window."""
    return _kind(window)(in_channels, out_channels, window, groups, bias)


def _kind(window: Window) -> type[Conv]:
    if window.is_even():
        return Conv
    if any(window.same):
        return SameConv
    sides = [window.is_causal(axis) or window.padding[axis] == window.after(axis) for axis in range(len(window.kernel))]
    return CausalConv if all(sides) else PaddedConv


def convolves_alone(window: Window) -> bool:
    """Return True if a function such as torch.nn.functional.conv2d pads for a window: evenly, with zeros."""
    return window.is_even() and window.mode == ZEROS


def padding_values(window: Window) -> dict[str, str]:
    """Return the variables of a template with a convolution's `forward`: its lines that pad, and their method."""
    if convolves_alone(window):
        return {"pad": "", "missing": ""}
    sizes = len(window.kernel)
    causal = "" if _kind(window) in (Conv, PaddedConv) else "self.dilation[{0}] * (self.kernel_size[{0}] - 1)"
    return {
        "pad": padding_lines(window, causal, lambda axis: f"self.missing(x.shape[{axis - sizes}], {axis})"),
        "missing": _MISSING if any(window.same) else "",
    }


def padded_construction(construction: Construction, name: str) -> Construction:
    """Return the construction of a convolution whose `forward` pads, under the name of its class."""
    arguments = tuple(each for each in construction.arguments if not each.name.startswith("padding"))
    return construction._replace(function=name, arguments=arguments)
