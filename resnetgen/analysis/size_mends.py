"""Mends of a layer that gives another size than its stride asks for, each with the size that it would give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from resnetgen.analysis.step import Step
from resnetgen.ops.window import Shape, Window, by_axis, usual_padding, written_axes

Extents = tuple[int, ...]


def strided_size(step: Step) -> Extents:
    """Return the size that the stride of a step asks for, ceil(size / stride)."""
    window = step.node.operator.receptive_window()
    if window is None:
        return step.input[1:]
    return tuple(-(-extent // stride) for extent, stride in zip(step.input[1:], window.stride, strict=True))


def size_help(branch: Sequence[Step], culprit: Step, wanted: Shape) -> str:
    """Return what would give a branch the wanted size: another padding, rounding or kernel of the culprit."""
    if culprit.node.operator.role == "pad":
        return "remove this layer, or set `padding: 0` in the convolution or the pool after it"
    if culprit.node.injected:
        slots = "`antialias: blur`, or `{type: avg, size: 3}`"
        sizes = "`resnetgen show` lists the input sizes that work now"
        return f"{slots}, would give {by_axis(strided_size(culprit))}; {sizes}"
    after = branch[next(index for index, step in enumerate(branch) if step is culprit) + 1 :]
    mends = (*_paddings(culprit), *_same(culprit), *_kernels(culprit))
    options = [(words, _extents(option, culprit)) for words, option in mends]
    for words, size in options:
        if _onward(after, size) == wanted[1:]:
            whole = "" if size == wanted[1:] else f", and the branch {by_axis(wanted[1:])}"
            return f"{_why(culprit, words)}`{words}` would give {by_axis(size)}{whole}"
    fitting = next((words for words, size in options if size == strided_size(culprit)), "")
    if fitting:
        return f"{_why(culprit, fitting)}`{fitting}` would give {by_axis(strided_size(culprit))}"
    return "use an odd kernel, with half of it as padding"


def kernel_help(projection: Step) -> str:
    """Return which `kernel` of a shortcut's projection would give the size that its stride asks for."""
    for _, window in _kernels(projection):
        if _extents(window, projection) == strided_size(projection):
            return f"`kernel: {written_axes(window.kernel)}` would give {by_axis(strided_size(projection))}"
    return "use an odd `kernel`"


def _window(step: Step) -> Window:
    window = step.node.operator.receptive_window()
    assert window is not None
    return window


def _evenly_padded(step: Step) -> Window:
    """Return the window of a step with the padding before the map also behind it."""
    return _window(step)._replace(behind=None, same=())


def _extents(window: Window, step: Step) -> Extents:
    return tuple(window.extent(size, axis) for axis, size in enumerate(step.input[1:]))


def _onward(steps: Iterable[Step], size: Extents) -> Extents:
    """Return the size after further steps."""
    for step in steps:
        window = step.node.operator.receptive_window()
        if window is not None:
            size = tuple(window.extent(extent, axis) for axis, extent in enumerate(size))
        if min(size) < 1:
            break
    return size


def _paddings(step: Step) -> Iterator[tuple[str, Window]]:
    """Yield the same window with half of its kernel as padding, and for a pool rounded up."""
    window = _evenly_padded(step)
    down = usual_padding(window.kernel, window.dilation)
    up = tuple(window.reach(axis) // 2 for axis in range(len(window.kernel)))
    yield f"padding: {written_axes(down)}", window._replace(padding=down)
    if not step.node.operator.is_weighted:
        ceil = window._replace(ceil=True)
        yield "ceil_mode: true", ceil
        yield f"padding: {written_axes(down)}, ceil_mode: true", ceil._replace(padding=down)
    if up != down and all(2 * pad <= kernel for pad, kernel in zip(up, window.kernel, strict=True)):
        yield f"padding: {written_axes(up)}", window._replace(padding=up)


def _same(step: Step) -> Iterator[tuple[str, Window]]:
    """Yield the same window with the padding that gives ceil(size / stride), for a layer that may say so."""
    window = _window(step)
    axes = range(len(window.kernel))
    if step.node.operator.pads_same and all(window.reach(axis) >= window.stride[axis] for axis in axes):
        yield "padding: same", window._replace(ceil=False, behind=None, same=(True,) * len(window.kernel))


def _kernels(step: Step) -> Iterator[tuple[str, Window]]:
    """Yield the window with the next larger odd kernel, and half of it as padding."""
    window = _evenly_padded(step)
    if all(kernel % 2 for kernel in window.kernel):
        return
    kernel = tuple(extent + 1 - extent % 2 for extent in window.kernel)
    padding = usual_padding(kernel, window.dilation)
    words = f"{_key(step)}: {written_axes(kernel)}, padding: {written_axes(padding)}"
    yield words, window._replace(kernel=kernel, padding=padding)


def _key(step: Step) -> str:
    """Return the key that a layer has its kernel under."""
    return step.node.operator.role if step.node.operator.pools else "conv"


def _why(step: Step, words: str) -> str:
    """Return why no even padding would do, before another kernel or another padding."""
    if not words.startswith((_key(step), "padding: same")):
        return ""
    sizes = [
        f"`{words}` gives {by_axis(_extents(window, step))}" for words, window in _paddings(step) if not window.ceil
    ]
    return f"an even kernel changes the size: {', '.join(sizes)}; "
