"""The layers `{max_pool: 3, stride: 2}` and `{avg_pool: 2}`."""

from typing import ClassVar, Literal

from resnetgen.layers.builder import LayerBuilder
from resnetgen.layers.padding import padded_window
from resnetgen.ops.antialias import SIDES
from resnetgen.ops.padded_pool import avg_pool, max_pool
from resnetgen.ops.registry import Antialias, AntialiasKind
from resnetgen.ops.same_avg_pool import SameAvgPool
from resnetgen.ops.slot import chosen
from resnetgen.ops.window import Window, overlap_padding
from resnetgen.schema.fields import STRIDE, Axes, AxesOrHere, ExtentOrHere, ExtentOrStride, Flag, says_here
from resnetgen.schema.padding import AnyPadding, PoolPadding
from resnetgen.schema.record import Record


class MaxPoolLayer(Record):
    """The maximum over a window. The default stride is the window size, as in PyTorch."""

    numbered: ClassVar[bool] = False

    max_pool: ExtentOrStride
    """The window size, in pixels. In a block, `stride` is the block's stride; a block without one then has no pool."""
    stride: ExtentOrHere | None = None
    """The stride. May be `here`."""
    padding: PoolPadding | None = None
    """The padding on each side: a number, at most half of the window; a pair `[before, behind]` in a list with an entry
    for each axis, each less than the window; or `same`.
    """
    ceil_mode: Flag = False
    """If true, the output size is rounded up, as with PyTorch's `ceil_mode`."""
    antialias: Antialias | None = None
    """The filter that strides in place of the pool."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operator; where something else is to stride, the maximum is taken at each pixel before that."""
        if self.max_pool == STRIDE and set(builder.window(STRIDE, "max_pool")) == {1}:
            if builder.context.replaces_stride():
                message = "`max_pool: stride` has the stride as its window, but here dilation replaces the stride"
                raise builder.fault("RG209", message, "max_pool", help="use `avg_pool: stride`, or `max_pool: 1`")
            builder.hold("max_pool")
            return
        window = _window(builder, "max_pool", self.max_pool, self.stride, self.padding, self.ceil_mode)
        antialias = chosen(self.antialias)
        if antialias is None:
            builder.add(max_pool(window))
        elif set(window.stride) == {1} and not says_here(self.stride):
            message = "`antialias` has no effect: this layer has no stride"
            raise builder.fault("RG209", message, "antialias", help="remove it")
        else:
            self._smoothed(builder, antialias, window)
        builder.strided = builder.strided or self.max_pool == STRIDE or says_here(self.stride)

    def _smoothed(self, builder: LayerBuilder, antialias: AntialiasKind, window: Window) -> None:
        for side in SIDES:
            if side == antialias.place:
                builder.shrink(antialias if set(window.stride) != {1} else None, window.stride, here=False)
            if side == "before":
                builder.add(max_pool(window._replace(stride=(1,) * builder.context.rank)))


class AvgPoolLayer(Record):
    """The mean over a window. The default stride is the window size, as in PyTorch."""

    numbered: ClassVar[bool] = False

    avg_pool: ExtentOrStride
    """The window size, in pixels. In a block, `stride` is the block's stride; a block without one then has no pool."""
    stride: ExtentOrHere | None = None
    """The stride. May be `here`."""
    padding: PoolPadding | None = None
    """The padding on each side: a number, at most half of the window; a pair `[before, behind]` in a list with an entry
    for each axis, each less than the window; or `same`.
    """
    ceil_mode: Flag = False
    """If true, the output size is rounded up, as with PyTorch's `ceil_mode`."""
    count_include_pad: Flag = True
    """If true, the mean includes the padding, as with PyTorch's `count_include_pad`."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operator; where dilation replaces the stride, the mean is taken at each pixel."""
        if self.avg_pool == STRIDE and set(builder.window(STRIDE, "avg_pool")) == {1}:
            if builder.context.replaces_stride():
                builder.add(SameAvgPool(builder.context.position.replaced))  # type: ignore[union-attr]  # there is a block
            else:
                builder.hold("avg_pool")
            return
        window = _window(builder, "avg_pool", self.avg_pool, self.stride, self.padding, self.ceil_mode)
        if not (self.count_include_pad or window.is_even()):
            message = "`count_include_pad: false` needs the same padding on both sides"
            raise builder.fault("RG204", message, "count_include_pad", help="write `padding` as a number")
        builder.add(avg_pool(window, self.count_include_pad))
        builder.strided = builder.strided or self.avg_pool == STRIDE or says_here(self.stride)


def _window(
    builder: LayerBuilder,
    key: str,
    size: Axes | Literal["stride"],
    stride: AxesOrHere | None,
    padding: AnyPadding | None,
    ceil: bool,
) -> Window:
    kernel = builder.window(size, key)
    strides = kernel if stride is None else builder.stride(stride)
    asked = overlap_padding(kernel, strides) if padding is None else padding
    window = padded_window(builder, kernel, strides, asked, (1,) * builder.context.rank)
    _check(builder, window)
    if not says_here(stride) and not window.pads() and {*window.kernel, *window.stride} == {1}:
        message = "this layer has no effect: it pools single pixels"
        raise builder.fault("RG209", message, key, help="remove it, or give it a `stride`")
    if not ceil:
        return window
    if not window.is_even():
        message = "`ceil_mode` needs the same padding on both sides"
        raise builder.fault("RG204", message, "ceil_mode", help="remove it, or write `padding` as a number")
    return window._replace(ceil=True)


def _check(builder: LayerBuilder, window: Window) -> None:
    """Reject padding that PyTorch rejects, or that fills a whole window."""
    for axis, extent in enumerate(window.kernel):
        before, behind = window.padding[axis], window.after(axis)
        if window.is_even() and 2 * before > extent:
            message = f"`padding: {before}` is more than half of the pool's window of {extent}, which PyTorch rejects"
            raise builder.fault("RG204", message, "padding", help=f"use at most {extent // 2}")
        if max(before, behind) >= extent > 1 or (extent == 1 and before + behind):
            message = f"`padding: [{before}, {behind}]` fills the pool's window of {extent}"
            raise builder.fault("RG204", message, "padding", help=f"use at most {extent - 1}")
