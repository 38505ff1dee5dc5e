"""Convolution, norm and activation as one module."""

from typing import ClassVar

from resnetgen.ops.composite import Composite, Part
from resnetgen.ops.conv import Conv
from resnetgen.ops.operator import Operator
from resnetgen.ops.window import Shape, Window


class ConvNormAct(Composite):
    """(channels, *size) to (out_channels, *size / stride); `inside` is conv, bn and act, those that exist."""

    class_name: ClassVar[str] = "ConvNormAct"
    label: ClassVar[str] = "conv, norm, activation"

    conv: Conv
    inside: tuple[Part, ...]

    def parts(self) -> tuple[Part, ...]:
        return self.inside

    def with_parts(self, parts: tuple[Part, ...]) -> Operator:
        return self.replace(conv=parts[0].operator, inside=parts)

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        return (output,) * len(self.inside)

    def receptive_window(self) -> Window:
        return self.conv.window

    def output(self, shape: Shape) -> Shape:
        return self.conv.output(shape)

    def widths(self) -> tuple[tuple[str, int], ...]:
        return ("in", self.conv.in_channels), ("out", self.conv.out_channels)
