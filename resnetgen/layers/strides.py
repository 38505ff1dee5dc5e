"""The strides that a list of layers writes as numbers, beside those that it takes from its block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resnetgen.layers import Layer
from resnetgen.layers.conv import ConvLayer
from resnetgen.layers.pool import AvgPoolLayer, MaxPoolLayer
from resnetgen.schema.fields import HERE, STRIDE, AxesOrHere


def fixed_stride(layers: Sequence[Layer], rank: int) -> tuple[int, ...]:
    """Return the product of the strides that are numbers, along each axis."""
    total = (1,) * rank
    for index, _ in fixed_strides(layers, rank):
        total = tuple(before * step for before, step in zip(total, _numbers(layers[index], rank), strict=True))
    return total


def fixed_strides(layers: Sequence[Layer], rank: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the index and the stride of each layer whose stride is a number above 1 along some axis."""
    for index, layer in enumerate(layers):
        stride = _numbers(layer, rank)
        if set(stride) != {1}:
            yield index, stride


def written_stride(layer: Layer) -> AxesOrHere:
    """Return a layer's stride as written: of a pool without one its window, which is `here` for the block's stride."""
    stride: AxesOrHere | None = getattr(layer, "stride", 1)
    return _window(layer) if stride is None else stride


def stride_key(layer: Layer) -> str:
    """Return the key that has a layer's stride: of a pool without one that of its window."""
    if getattr(layer, "stride", None) is not None:
        return "stride"
    return "max_pool" if isinstance(layer, MaxPoolLayer) else "avg_pool"


def _numbers(layer: Layer, rank: int) -> tuple[int, ...]:
    """Return a layer's stride, 1 along an axis where it says `here`; a wrong number of axes is reported elsewhere."""
    stride = written_stride(layer)
    if isinstance(stride, int | str):
        return (1 if isinstance(stride, str) else stride,) * rank
    return tuple(1 if isinstance(step, str) else step for step in stride) if len(stride) == rank else (1,) * rank


def _window(layer: Layer) -> AxesOrHere:
    """Return the window of a pool, which is its default stride."""
    window = layer.max_pool if isinstance(layer, MaxPoolLayer) else 1
    window = layer.avg_pool if isinstance(layer, AvgPoolLayer) else window
    return HERE if window == STRIDE else window


def is_strided_by_number(layer: Layer) -> bool:
    """Return True if a convolution has a stride of its own."""
    if not isinstance(layer, ConvLayer):
        return False
    steps = layer.stride if isinstance(layer.stride, tuple) else (layer.stride,)
    return any(isinstance(step, int) and step != 1 for step in steps)
