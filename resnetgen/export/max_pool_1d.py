"""One-dimensional max pooling with a dynamic length, which torch.export would specialize.

`torch.max_pool1d` reads the length as a number in C++, so that the graph requires this length of every input, silently
but for a guard. `torch.max_pool2d` keeps it as a symbol.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import max_pool1d
from torch.overrides import TorchFunctionMode


class DynamicLength(TorchFunctionMode):
    """A mode in which one-dimensional max pooling runs as two-dimensional pooling of maps with one row."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Replace `max_pool1d`, which `nn.MaxPool1d` calls; run any other call."""
        return (_max_pool_as_2d if func is max_pool1d else func)(*args, **(kwargs or {}))


def _max_pool_as_2d(
    x: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """Pool (N, C, L) to (N, C, L'), with the arguments of `max_pool1d`; emitted code never asks for indices."""
    assert not return_indices
    kernel = _as_tuple(kernel_size)
    step = _as_tuple(stride or ()) or kernel
    pooled = torch.max_pool2d(
        x.unsqueeze(2), (1, *kernel), (1, *step), (0, *_as_tuple(padding)), (1, *_as_tuple(dilation)), ceil_mode
    )
    return pooled.squeeze(2)


def _as_tuple(value: int | Sequence[int]) -> tuple[int, ...]:
    return (value,) if isinstance(value, int) else tuple(value)
