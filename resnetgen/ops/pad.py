"""Padding as an operator of its own."""

from typing import ClassVar

from resnetgen.ops.operator import Argument, Construction, Operator
from resnetgen.ops.window import ZEROS, Shape, ShapeMismatch, Window, per_axis, slide, too_small

_MODULES = {ZEROS: "Zero", "reflect": "Reflection", "replicate": "Replication", "circular": "Circular"}


class Pad(Operator):
    """torch.nn.ZeroPad2d, ReflectionPad2d, ReplicationPad2d, CircularPad2d, and the same over one or three axes.

    The window has a kernel and a stride of 1: (channels, *size) to (channels, *size + before + behind).
    """

    role: ClassVar[str] = "pad"
    label: ClassVar[str] = "pad"
    pools: ClassVar[bool] = True

    window: Window

    def construction(self) -> Construction:
        before, behind = self.window.padding, self.window.behind or self.window.padding
        sides = tuple(zip(before, behind, strict=True))
        value = per_axis(tuple(pad for pair in reversed(sides) for pad in pair))  # the last axis first
        name = f"nn.{_MODULES[self.window.mode]}Pad{len(before)}d"
        return Construction(name, (Argument("padding", value, positional=True),))

    def receptive_window(self) -> Window:
        return self.window

    def output(self, shape: Shape) -> Shape:
        return slide(self.window, shape[0], shape)

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        return too_small(self.window, shape)

    def commutes(self, *, shifts: bool) -> bool:
        """Return True for scales; a shift would change zeros."""
        return not shifts or self.window.mode != ZEROS

    def describe(self) -> str:
        mode = "" if self.window.mode == ZEROS else f"{self.window.mode} "
        sides = [(before, self.window.after(axis)) for axis, before in enumerate(self.window.padding)]
        written = [str(before) if before == behind else f"[{before}, {behind}]" for before, behind in sides]
        return f"{mode}pad {'x'.join(written)}"

    def describe_layer(self, output: Shape) -> str:
        return self.describe()
