"""Padding of any kind: the pixel that stands at each place of a frame is looked up, one axis after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from tests.oracle.modules import Axes, Impossible
from tests.oracle.parts import Part, per_axis


class Frame(NamedTuple):
    """What surrounds a map: along each axis the pixels before and behind it, or None for TensorFlow's `SAME`."""

    sides: tuple[tuple[int, int] | None, ...]
    kernel: Axes
    stride: Axes
    dilation: Axes
    mode: str = "zeros"

    def numbers(self) -> Axes | None:
        """Return the padding as PyTorch takes it; None where it takes no such padding."""
        sides = [side for side in self.sides if side is not None and side[0] == side[1]]
        return tuple(side[0] for side in sides) if len(sides) == len(self.sides) and self.mode == "zeros" else None

    def around(self, x: Tensor, fill: float) -> Tensor:
        """Return the map with its frame."""
        for index, side in enumerate(self.sides):
            extent = x.shape[index + 2]
            before, behind = self._same(index, extent) if side is None else side
            x = _along(x, index + 2, range(-before, extent + behind), self.mode, fill)
        return x

    def _same(self, index: int, extent: int) -> tuple[int, int]:
        """Return what lets windows begin at each stride-th pixel up to the last, half of it before the map."""
        stride, reach = self.stride[index], self.dilation[index] * (self.kernel[index] - 1)
        last = (extent - 1) // stride * stride
        missing = max(last + reach + 1 - extent, 0)
        return missing // 2, (missing + 1) // 2


def _along(x: Tensor, axis: int, places: range, mode: str, fill: float) -> Tensor:
    extent = x.shape[axis]
    if mode == "reflect" and not -extent < places[0] <= places[-1] < 2 * extent - 1:
        raise Impossible(f"a mirror of more than {extent} pixels")
    if mode == "circular" and not -extent <= places[0] <= places[-1] < 2 * extent:
        raise Impossible(f"more than a round of {extent} pixels")
    there = torch.tensor([_place(place, extent, mode) for place in places])
    found = x.index_select(axis, there)
    if mode == "zeros":
        inside = torch.tensor([0 <= place < extent for place in places])
        shape = [-1 if index == axis else 1 for index in range(x.dim())]
        found = torch.where(inside.reshape(shape), found, torch.full_like(found, fill))
    return found


def _place(place: int, extent: int, mode: str) -> int:
    if mode == "circular":
        return place % extent
    if mode == "reflect" and not 0 <= place < extent:
        return -place if place < 0 else 2 * (extent - 1) - place
    return min(max(place, 0), extent - 1)


def frame(layer: Mapping[str, Any], usual: Any, kernel: Axes, stride: Axes, dilation: Axes, key: str) -> Frame:
    """Return the frame that a layer asks for."""
    written, rank = layer.get(key, usual), len(kernel)
    if written == "causal" and rank > 1:
        raise Impossible("causal along which axis?")
    entries = (written,) * rank if isinstance(written, str) else per_axis(written, rank)
    windows = zip(entries, kernel, stride, dilation, strict=True)
    mode = layer.get("padding_mode", "zeros")
    found = Frame(tuple(_side(*window) for window in windows), kernel, stride, dilation, mode)
    idle = {*found.sides} == {(0, 0)} and layer.get("conv") != "here"
    if mode != "zeros" and (None in found.sides or idle):
        raise Impossible(f"{mode} of {found.sides}")
    return found


def _side(written: Any, kernel: int, stride: int, dilation: int) -> tuple[int, int] | None:
    reach = dilation * (kernel - 1)
    if written == "causal":
        return reach, 0
    if written != "same":
        return (written, written) if isinstance(written, int) else tuple(written)
    if kernel > 1 and reach + 1 < stride:
        raise Impossible(f"a window of {reach + 1} at a stride of {stride}")
    if kernel == 1:
        return 0, 0
    return None if stride > 1 else (reach // 2, (reach + 1) // 2)


def framed(part: Part, around: Frame, fill: float = 0.0) -> Part:
    """Return a convolution or a pool that puts a frame around its input first."""

    def make() -> nn.Module:
        module: nn.Module = part.make()
        inside: Callable[[Tensor], Tensor] = module.forward
        module.forward = lambda x: inside(around.around(x, fill))
        return module

    return part._replace(make=partial(make))
