"""The window of a layer, from the padding that its writer asks for."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from resnetgen.errors import LoweringError, OperatorError
from resnetgen.layers.builder import LayerBuilder
from resnetgen.layers.layer_values import axis_count_message
from resnetgen.ops.window import ZEROS, Window, usual_padding
from resnetgen.schema.padding import CAUSAL, SAME, AnyPadding, AxisPadding


class _Edges(NamedTuple):
    """The padding before and behind a map along one axis; with `same`, that of a size that the stride divides."""

    before: int
    behind: int
    same: bool = False


@lru_cache(maxsize=1024)
def usual_window(kernel: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...]) -> Window:
    """Return the window of a convolution without a padding of its own: at stride 1, an odd kernel keeps the size."""
    return Window(kernel, stride, usual_padding(kernel, dilation), dilation)


def padded_window(
    builder: LayerBuilder,
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    padding: AnyPadding,
    dilation: tuple[int, ...],
    *,
    key: str = "padding",
    mode: str = ZEROS,
    varies: bool = False,
    common: tuple[str, ...] = (),
) -> Window:
    """Return the window of a layer.

    Args:
        builder: the builder of the layer.
        kernel: the kernel along each axis.
        stride: the stride along each axis.
        padding: the padding as it is written.
        dilation: the dilation along each axis.
        key: the key of the padding.
        mode: what the padding holds.
        varies: true if the kernel is the block's, so that other blocks may have padding where this one has none.
        common: the keys that the layer leaves to those of all convolutions.

    Raises:
        LoweringError: the padding does not go with the number of axes, with the stride or with the mode.
    """
    entries = _by_axis(builder, padding, key, here=key in common)
    try:
        window = _window(kernel, stride, entries, dilation, mode)
    except OperatorError as error:
        raise _fault(builder, error.code, error.message, key, error.help, here=key in common) from None
    if mode == ZEROS:
        return window
    if "padding_mode" in common and not window.pads():
        return window._replace(mode=ZEROS)
    _check_mode(builder, window, varies, here="padding_mode" in common)
    return window


def _fault(builder: LayerBuilder, code: str, message: str, key: str, help: str, *, here: bool) -> LoweringError:
    """Return an error at a key of the layer, or with `here` at that of all convolutions."""
    if not here:
        return builder.fault(code, message, key, help=help)
    other = f"{help}; or write `{key}` in this layer" if help else f"write `{key}` in this layer"
    return builder.fault(code, message, f"convolution.{key}", help=other, here=True)


def _by_axis(builder: LayerBuilder, padding: AnyPadding, key: str, *, here: bool) -> tuple[AxisPadding, ...]:
    rank = builder.context.rank
    if padding == CAUSAL and rank > 1:
        message = f"`{key}: causal` does not say along which of the {rank} axes"
        words = ", ".join([CAUSAL, *(SAME,) * (rank - 1)])
        help = f"write an entry for each, such as `[{words}]`"
        raise _fault(builder, "RG204", message, key, help, here=here)
    if not isinstance(padding, tuple):
        return (padding,) * rank
    if len(padding) != rank:
        sides = f"for padding before and behind, write `{key}: [[{padding[0]}, {padding[1]}]]`" if rank == 1 else ""
        pair = len(padding) == 2 and all(isinstance(each, int) for each in padding)
        help = sides if pair else ""
        raise _fault(builder, "RG204", axis_count_message(key, len(padding), rank), key, help, here=here)
    return padding


@lru_cache(maxsize=1024)
def _window(
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[AxisPadding, ...],
    dilation: tuple[int, ...],
    mode: str,
) -> Window:
    edges = [_edges(*each) for each in zip(kernel, stride, padding, dilation, strict=True)]
    before, behind = tuple(edge.before for edge in edges), tuple(edge.behind for edge in edges)
    same = tuple(edge.same for edge in edges)
    return Window(
        kernel,
        stride,
        before,
        dilation,
        mode=mode,
        behind=None if behind == before else behind,
        same=same if any(same) else (),
    )


def _edges(kernel: int, stride: int, padding: AxisPadding, dilation: int) -> _Edges:
    reach = dilation * (kernel - 1) + 1
    if isinstance(padding, tuple):
        return _Edges(*padding)
    if isinstance(padding, int):
        return _Edges(padding, padding)
    if padding == CAUSAL:
        return _Edges(reach - 1, 0)
    if kernel == 1:
        return _Edges(0, 0)
    if reach < stride:
        message = (
            f"`padding: same` with a window of {reach} pixels and a stride of {stride} would skip pixels at the edge"
        )
        raise OperatorError(message, "write the number of pixels", "RG204")
    whole = reach - stride
    return _Edges(whole // 2, whole - whole // 2, same=stride > 1)


def _check_mode(builder: LayerBuilder, window: Window, varies: bool, *, here: bool) -> None:
    """Reject a mode of padding for none, and one that repeats the map where the padding depends on its size."""
    if not (varies or window.pads()):
        message = "`padding_mode` has no effect: this layer pads nothing"
        raise builder.fault("RG209", message, "padding_mode", help="remove it")
    if any(window.same):
        message = f"`padding_mode: {window.mode}` does not go with `padding: same` and a stride"
        help = "write `padding` as numbers: with a stride, `same` is the padding of TensorFlow, which has zeros alone"
        raise _fault(builder, "RG204", message, "padding_mode", help, here=here)
