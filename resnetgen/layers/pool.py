"""The layers `{max_pool: 3, stride: 2}` and `{avg_pool: 2}`."""

from typing import ClassVar

from resnetgen.layers.builder import LayerBuilder
from resnetgen.ops.antialias import SIDES
from resnetgen.ops.operator import Window
from resnetgen.ops.pool import AvgPool, MaxPool
from resnetgen.ops.registry import Antialias, AntialiasKind
from resnetgen.ops.slot import chosen
from resnetgen.schema.fields import Axes, AxesOrHere, Extent, ExtentOrHere, Flag, Padding, says_here
from resnetgen.schema.record import Record


class MaxPoolLayer(Record):
    """The maximum over a window. The default stride is the window size, as in PyTorch."""

    numbered: ClassVar[bool] = False

    max_pool: Extent
    """The window size, in pixels."""
    stride: ExtentOrHere | None = None
    """The stride. May be `here`."""
    padding: Padding | None = None
    """Padding on each side, at most half of the window."""
    ceil_mode: Flag = False
    """If true, the output size is rounded up, as with PyTorch's `ceil_mode`."""
    antialias: Antialias | None = None
    """The filter that strides in place of the pool."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operator; where something else is to stride, the maximum is taken at each pixel before that."""
        window = _window(builder, "max_pool", self.max_pool, self.stride, self.padding, self.ceil_mode)
        antialias = chosen(self.antialias)
        if antialias is None:
            builder.add(MaxPool(window))
        elif set(window.stride) == {1} and not says_here(self.stride):
            message = "`antialias` has no effect: this layer has no stride"
            raise builder.fault("RG209", message, "antialias", help="remove it")
        else:
            self._smoothed(builder, antialias, window)
        builder.strided = builder.strided or says_here(self.stride)

    def _smoothed(self, builder: LayerBuilder, antialias: AntialiasKind, window: Window) -> None:
        for side in SIDES:
            if side == antialias.place:
                builder.shrink(antialias if set(window.stride) != {1} else None, window.stride, here=False)
            if side == "before":
                builder.add(MaxPool(window._replace(stride=(1,) * builder.context.rank)))


class AvgPoolLayer(Record):
    """The mean over a window. The default stride is the window size, as in PyTorch."""

    numbered: ClassVar[bool] = False

    avg_pool: Extent
    """The window size, in pixels."""
    stride: ExtentOrHere | None = None
    """The stride. May be `here`."""
    padding: Padding | None = None
    """Padding on each side, at most half of the window."""
    ceil_mode: Flag = False
    """If true, the output size is rounded up, as with PyTorch's `ceil_mode`."""
    count_include_pad: Flag = True
    """If true, the mean includes the padding, as with PyTorch's `count_include_pad`."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operator."""
        window = _window(builder, "avg_pool", self.avg_pool, self.stride, self.padding, self.ceil_mode)
        builder.add(AvgPool(window, self.count_include_pad))
        builder.strided = builder.strided or says_here(self.stride)


def _window(
    builder: LayerBuilder, key: str, size: Axes, stride: AxesOrHere | None, padding: Axes | None, ceil: bool
) -> Window:
    kernel = builder.axes(size, key)
    half = tuple((extent - 1) // 2 for extent in kernel)
    padded = half if padding is None else builder.axes(padding, "padding")
    for extent, pad in zip(kernel, padded, strict=True):
        if 2 * pad > extent:
            message = f"`padding: {pad}` is more than half of the pool's window of {extent}, which PyTorch rejects"
            raise builder.fault("RG204", message, "padding", help=f"use at most {extent // 2}")
    return Window(
        kernel, kernel if stride is None else builder.stride(stride), padded, (1,) * builder.context.rank, ceil
    )
