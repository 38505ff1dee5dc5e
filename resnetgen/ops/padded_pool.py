"""Pools with padding that differs before and behind the map, or depends on its size."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ops.operator import Construction
from resnetgen.ops.padding_code import padding_lines
from resnetgen.ops.pool import AvgPool, MaxPool
from resnetgen.ops.window import Window, per_axis

_TEMPLATE = "padded_pool.py.j2"
_IMPORTS = ("import torch.nn.functional as F",)


class PaddedMaxPool(MaxPool):
    """torch.nn.functional.max_pool2d and its like after torch.nn.functional.pad with minus infinity."""

    template: ClassVar[str] = _TEMPLATE
    class_name: ClassVar[str] = "PaddedMaxPool"
    imports: ClassVar[tuple[str, ...]] = _IMPORTS

    def construction(self) -> Construction:
        return Construction(self.class_name)

    def template_values(self) -> dict[str, str]:
        return _values("max", self.window, 'float("-inf")')


class PaddedAvgPool(AvgPool):
    """torch.nn.functional.avg_pool2d and its like after torch.nn.functional.pad; the zeros are averaged too."""

    template: ClassVar[str] = _TEMPLATE
    class_name: ClassVar[str] = "PaddedAvgPool"
    imports: ClassVar[tuple[str, ...]] = _IMPORTS

    def construction(self) -> Construction:
        return Construction(self.class_name)

    def receptive_window(self) -> Window:
        return self.window

    def template_values(self) -> dict[str, str]:
        return _values("avg", self.window, "")


def max_pool(window: Window) -> MaxPool:
    """Return the max pool for a window."""
    return MaxPool(window) if window.is_even() else PaddedMaxPool(window)


def avg_pool(window: Window, counts_padding: bool) -> AvgPool:
    """Return the average pool for a window."""
    return (AvgPool if window.is_even() else PaddedAvgPool)(window, counts_padding)


def _values(kind: str, window: Window, fill: str) -> dict[str, str]:
    value = "mean" if kind == "avg" else "maximum"
    padding = "padding for ceil(size / stride) pixels" if any(window.same) else "padding of its own on each side"
    return {
        "function": f"F.{kind}_pool{len(window.kernel)}d",
        "words": f"The {value} over a window, with {padding}.",
        "numbers": f"{per_axis(window.kernel)}, {per_axis(window.stride)}",
        "pad": padding_lines(window, "", lambda axis: _missing(window, axis), fill=fill),
    }


def _missing(window: Window, axis: int) -> str:
    kernel, stride = window.kernel[axis], window.stride[axis]
    fixed = f"{kernel - stride} + " if kernel > stride else ""
    return f"{fixed}-x.shape[{axis - len(window.kernel)}] % {stride}"
