"""Max and average pooling over one, two or three axes."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator
from resnetgen.ops.window import (
    Shape,
    ShapeMismatch,
    Window,
    by_axis,
    overlap_padding,
    padding_words,
    per_axis,
    slide,
    too_small,
)


class MaxPool(Operator):
    """torch.nn.MaxPool1d, MaxPool2d, MaxPool3d."""

    role: ClassVar[str] = "max_pool"
    label: ClassVar[str] = "max pool"
    pools: ClassVar[bool] = True
    pads_same: ClassVar[bool] = True

    window: Window

    def construction(self) -> Construction:
        return Construction(f"nn.MaxPool{len(self.window.kernel)}d", _arguments(self.window))

    def receptive_window(self) -> Window:
        return self.window

    def output(self, shape: Shape) -> Shape:
        return slide(self.window, shape[0], shape)

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        return too_small(self.window, shape)

    def describe(self) -> str:
        return _describe(self.label, self.window)


class AvgPool(Operator):
    """torch.nn.AvgPool1d, AvgPool2d, AvgPool3d; `counts_padding` as their `count_include_pad`."""

    role: ClassVar[str] = "avg_pool"
    label: ClassVar[str] = "avg pool"
    pools: ClassVar[bool] = True
    pads_same: ClassVar[bool] = True

    window: Window
    counts_padding: bool = True

    def construction(self) -> Construction:
        counts = Argument("count_include_pad", self.counts_padding, default=True)
        return Construction(f"nn.AvgPool{len(self.window.kernel)}d", (*_arguments(self.window), counts))

    def receptive_window(self) -> Window:
        """Return the window; AvgPool3d alone needs its whole kernel inside the map without padding."""
        return self.window._replace(inside=True) if len(self.window.kernel) == 3 else self.window

    def output(self, shape: Shape) -> Shape:
        return slide(self.receptive_window(), shape[0], shape)

    def commutes(self, *, shifts: bool) -> bool:
        """Return True for scales; for shifts unless zeros of the padding are averaged too."""
        return not (shifts and self.counts_padding and self.window.pads())

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        return too_small(self.receptive_window(), shape)

    def describe(self) -> str:
        return _describe(self.label, self.window)


def _arguments(window: Window) -> tuple[Argument, ...]:
    return (
        Argument("kernel_size", per_axis(window.kernel), ArgumentKind.EXTENT, positional=True),
        Argument("stride", per_axis(window.stride), ArgumentKind.STRIDE),
        Argument("padding", per_axis(window.padding), ArgumentKind.SPREAD, default=0),
        Argument("ceil_mode", window.ceil, default=False),
    )


def _describe(label: str, window: Window) -> str:
    stride = window.stride[0] if len(set(window.stride)) == 1 else by_axis(window.stride)
    padding = padding_words(window, overlap_padding(window.kernel, window.stride))
    return f"{label} {by_axis(window.kernel)}/{stride}{padding}"
