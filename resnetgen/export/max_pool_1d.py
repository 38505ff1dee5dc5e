"""Max pooling along one axis with a free length, which torch's own loses on the way to a graph.

`torch.max_pool1d` is written in C++ in terms of numbers: while a graph is made it asks for the length, and the graph
then asks for that length of every input, in silence but for a guard. Over two axes torch keeps it as a symbol.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import max_pool1d
from torch.overrides import TorchFunctionMode


class FreeLength(TorchFunctionMode):
    """While it holds, pooling along one axis is pooling along two, of which the first has one row."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Put `_pooled` in the place of what `nn.MaxPool1d` calls."""
        return (_pooled if func is max_pool1d else func)(*args, **(kwargs or {}))


def _pooled(
    x: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """(N, C, L) to (N, C, L'), with the arguments of `max_pool1d`; nothing that is emitted asks for indices."""
    assert not return_indices
    kernel = _along(kernel_size)
    step = _along(stride or ()) or kernel
    pooled = torch.max_pool2d(
        x.unsqueeze(2), (1, *kernel), (1, *step), (0, *_along(padding)), (1, *_along(dilation)), ceil_mode
    )
    return pooled.squeeze(2)


def _along(value: int | Sequence[int]) -> tuple[int, ...]:
    return (value,) if isinstance(value, int) else tuple(value)
