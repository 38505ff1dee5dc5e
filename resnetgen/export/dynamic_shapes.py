"""Functions that torch.export would specialize to the sizes of its example, in a form that keeps sizes as symbols.

torch.export runs a network on tensors whose sizes are symbols. A function that branches on a size follows the example's
branch, and the exported file then rejects every size of another branch: silently, but for a guard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

Extents = int | Sequence[int]
"""One number for all axes, or one for each."""

_AVG_POOLS = {1: functional.avg_pool1d, 2: functional.avg_pool2d, 3: functional.avg_pool3d}
_MAX_POOLS = {2: torch.max_pool2d, 3: torch.max_pool3d}


class DynamicShapes(TorchFunctionMode):
    """A mode in which functions that branch on sizes run as equal ones that do not."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Replace a function of `_REPLACEMENTS`; run any other as it is."""
        return _REPLACEMENTS.get(func, func)(*args, **(kwargs or {}))


def _max_pool(
    x: Tensor,
    kernel_size: Extents,
    stride: Extents | None = None,
    padding: Extents = 0,
    dilation: Extents = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """Pool (N, C, ...), with the arguments of `max_pool2d`; emitted code never asks for indices.

    Pooling along one axis runs as pooling of maps with one row: `torch.max_pool1d` reads the length as a number in C++.
    """
    assert not return_indices
    if x.dim() == 3:
        values = (_per_axis(each, 1) for each in (kernel_size, stride or kernel_size, padding, dilation))
        kernel, step, pad, spread = values
        return _max_pool(x.unsqueeze(2), (1, *kernel), (1, *step), (0, *pad), (1, *spread), ceil_mode).squeeze(2)
    rank = x.dim() - 2
    kernel, step = _per_axis(kernel_size, rank), _per_axis(stride or kernel_size, rank)
    pad, spread = _per_axis(padding, rank), _per_axis(dilation, rank)
    reach = tuple(gap * (extent - 1) + 1 for extent, gap in zip(kernel, spread, strict=True))
    more = _trailing(reach, step, pad) if ceil_mode else None
    if more is not None:
        x = functional.pad(x, _sides(tuple(0 for _ in more), more), value=float("-inf"))
    return _MAX_POOLS[rank](x, kernel, step, pad, spread, ceil_mode and more is None)


def _avg_pool(
    x: Tensor,
    kernel_size: Extents,
    stride: Extents | None = None,
    padding: Extents = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """Pool (N, C, ...), with the arguments of `avg_pool2d`; emitted code never sets the divisor.

    A mean of a window is the sum over it by the number of pixels that count. Over maps that are padded to what the
    windows reach, the mean of the pixels by the mean of their number is the same.
    """
    assert divisor_override is None
    rank = x.dim() - 2
    pool = _AVG_POOLS[rank]
    kernel, step, pad = (_per_axis(each, rank) for each in (kernel_size, stride or kernel_size, padding))
    more = _trailing(kernel, step, pad) if ceil_mode else None
    if more is None:
        return pool(x, kernel, step, pad, ceil_mode, count_include_pad)
    ones = x.new_ones((1, 1, *x.shape[2:]))
    counted = functional.pad(ones, _sides(pad, pad), value=float(count_include_pad))
    counted = functional.pad(counted, _sides(tuple(0 for _ in more), more))
    reached = tuple(each + extra for each, extra in zip(pad, more, strict=True))
    return pool(functional.pad(x, _sides(pad, reached)), kernel, step) / pool(counted, kernel, step)


def _trailing(reach: tuple[int, ...], stride: tuple[int, ...], padding: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the pixels to add at the end of each axis, so that rounding down gives what `ceil_mode` gives.

    Windows step on while they begin inside the map or its left padding. For windows that begin further right than that
    when the steps are rounded up, torch compares sizes and drops the last one. It never does where the reach is at
    least the stride and the padding together; then the result is None.
    """
    if all(extent >= step + pad for extent, step, pad in zip(reach, stride, padding, strict=True)):
        return None
    return tuple(min(step - 1, extent - pad - 1) for extent, step, pad in zip(reach, stride, padding, strict=True))


def _contiguous_chunks(x: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Split (N, C, ...) into chunks, with the arguments of `Tensor.chunk`.

    A convolution along one axis of a tensor that is not contiguous fixes that batch and length are not one.
    """
    found = torch.split(x, -(-x.shape[dim] // chunks), dim)
    return tuple(each.clone(memory_format=torch.contiguous_format) for each in found) if x.dim() == 3 else found


def _per_axis(value: Extents, rank: int) -> tuple[int, ...]:
    return (value,) * rank if isinstance(value, int) else tuple(value) * (rank if len(value) == 1 else 1)


def _sides(before: tuple[int, ...], after: tuple[int, ...]) -> list[int]:
    """Return the padding of `torch.nn.functional.pad`: of the last axis first."""
    return [size for sides in zip(reversed(before), reversed(after), strict=True) for size in sides]


_REPLACEMENTS: dict[Callable[..., Any], Callable[..., Any]] = {
    **dict.fromkeys((functional.max_pool1d, functional.max_pool2d, functional.max_pool3d), _max_pool),
    **dict.fromkeys(_AVG_POOLS.values(), _avg_pool),
    Tensor.chunk: _contiguous_chunks,
}
