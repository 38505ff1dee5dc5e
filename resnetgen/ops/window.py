"""Sliding windows: the sizes that they give, and the sizes that they refuse."""

from __future__ import annotations

from typing import NamedTuple

Shape = tuple[int, ...]
"""One sample's shape: channels and then the extent along each axis; after flattening, the features alone."""

ZEROS = "zeros"
"""The padding mode that adds zeros; to a max pool, minus infinity."""


class ShapeMismatch(NamedTuple):
    """The reason why an operator cannot take a shape, worded to follow its label, and a help text."""

    why: str
    help: str = ""


class Window(NamedTuple):
    """A sliding window: kernel, stride, padding and dilation along each axis, in pixels.

    `padding` is the padding before the map, and also that behind it unless `behind` has other numbers. Along the axes
    of `same`, the padding depends on the size: the window gives ceil(size / stride), with an odd pixel of padding
    behind; `padding` and `behind` are then those of a size that the stride divides.

    `ceil` rounds the number of steps up rather than down, as pooling's `ceil_mode` does. With `inside`, the kernel must
    fit the map without its padding, as that of torch.nn.AvgPool3d must. `mode` is PyTorch's `padding_mode`.
    """

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    ceil: bool = False
    inside: bool = False
    mode: str = ZEROS
    behind: tuple[int, ...] | None = None
    same: tuple[bool, ...] = ()

    def extent(self, size: int, axis: int = 0) -> int:
        """Return the output size along an axis for an input size; below 1 where the window does not fit.

        The formula is that of torch.nn.Conv2d, and with `ceil` that of torch.nn.AvgPool2d, whose last window must
        begin inside the input or its left padding.
        """
        if self.inside and size < self.kernel[axis]:
            return 0
        stride, padding = self.stride[axis], self.padding[axis]
        if self.same and self.same[axis]:
            return -(-size // stride)
        if self.mode != ZEROS and size < self.min_size(axis):
            return 0
        both = 2 * padding if self.behind is None else padding + self.behind[axis]
        reach = self.dilation[axis] * (self.kernel[axis] - 1) + 1
        steps = (size + both - reach + (stride - 1 if self.ceil else 0)) // stride + 1
        if self.ceil and (steps - 1) * stride >= size + padding:
            steps -= 1
        return steps

    def reach(self, axis: int) -> int:
        """Return the number of pixels from the first to the last that the window sees along an axis."""
        return self.dilation[axis] * (self.kernel[axis] - 1) + 1

    def after(self, axis: int) -> int:
        """Return the padding behind the map."""
        return self.padding[axis] if self.behind is None else self.behind[axis]

    def min_size(self, axis: int) -> int:
        """Return the size of the smallest map that has the pixels which the padding repeats."""
        padding = max(self.padding[axis], self.after(axis))
        return {"reflect": padding + 1, "circular": padding}.get(self.mode, 1) if padding else 1

    def pads(self) -> bool:
        """Return True if there is padding, at some size."""
        return any(self.padding) or any(self.behind or ()) or any(self.same)

    def is_even(self) -> bool:
        """Return True if the padding is the same before and behind every map, as PyTorch's own modules have it."""
        return self.behind is None and not self.same

    def is_causal(self, axis: int) -> bool:
        """Return True if a pixel sees only itself and those before it, as many as the window has."""
        return self.padding[axis] == self.reach(axis) - 1 > 0 == self.after(axis)


def usual_padding(kernel: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[int, ...]:
    """Return half of the dilated kernel, which keeps a map's size at stride 1 where the kernel is odd."""
    return tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))


def overlap_padding(kernel: tuple[int, ...], stride: tuple[int, ...]) -> tuple[int, ...]:
    """Return half of the kernel where windows overlap; side by side, those of a pool need no padding."""
    return tuple((k - 1) // 2 if s < k else 0 for k, s in zip(kernel, stride, strict=True))


def per_axis(values: tuple[int, ...]) -> int | tuple[int, ...]:
    """Return one number where all axes agree, else the tuple, as PyTorch code would have it."""
    return values[0] if len(set(values)) == 1 else values


def written_axes(values: tuple[int, ...]) -> int | list[int]:
    """Return numbers as a spec has them: one where all axes agree, else a list."""
    return values[0] if len(set(values)) == 1 else list(values)


def by_axis(values: tuple[int, ...]) -> str:
    """Return `3x3`, or `3` for a single axis."""
    return "x".join(map(str, values))


def hull(window: Window, other: Window) -> Window:
    """Return the smallest window without dilation that holds two windows of one stride."""
    first = tuple(map(max, window.padding, other.padding))
    last = tuple(map(max, _last(window), _last(other)))
    kernel = tuple(before + after + 1 for before, after in zip(first, last, strict=True))
    return Window(kernel, window.stride, first, (1,) * len(kernel))


def _last(window: Window) -> tuple[int, ...]:
    """Return the distance of the last pixel of a window from where it stands, without its padding."""
    return tuple(window.reach(axis) - 1 - padding for axis, padding in enumerate(window.padding))


def slide(window: Window, channels: int, shape: Shape) -> Shape:
    """Return the output shape of a window over a map."""
    if len(shape) == 3:  # the usual case, without a loop
        return channels, window.extent(shape[1], 0), window.extent(shape[2], 1)
    return (channels, *(window.extent(size, axis) for axis, size in enumerate(shape[1:])))


def too_small(window: Window, shape: Shape) -> ShapeMismatch | None:
    """Return the reason why a window does not fit a map, or None."""
    for axis, size in enumerate(shape[1:]):
        if size < window.min_size(axis):
            return ShapeMismatch(f"{_repeats(window, axis)}, for which a map of {size} is too small")
        if window.extent(size, axis) < 1:
            counted = window.pads() and not window.inside
            padded = _padded(window.padding[axis], window.after(axis)) if counted else ""
            reach = window.reach(axis)
            return ShapeMismatch(f"has a window of {reach} pixels, more than the {size} of the map{padded}")
    return None


def _repeats(window: Window, axis: int) -> str:
    before, behind = window.padding[axis], window.after(axis)
    verb = "mirrors" if window.mode == "reflect" else "repeats"
    if before == behind:
        return f"{verb} {_pixels(before)} at either edge"
    return f"{verb} {_pixels(max(before, behind))} at one edge"


def _pixels(count: int) -> str:
    return "a pixel" if count == 1 else f"{count} pixels"


def _padded(before: int, behind: int) -> str:
    if before == behind:
        return f" with {before} of padding on either side" if before else ""
    return f" with {before} of padding before and {behind} behind"


def padding_words(window: Window, usual: tuple[int, ...]) -> str:
    """Return the padding in words that follow a kernel; empty for zeros, `usual` of them on either side."""
    if not window.pads():
        return " without padding" if any(usual) else ""
    mode = "" if window.mode == ZEROS else f"{window.mode} "
    if any(window.same):
        return f" with {mode}same padding"
    if not window.is_even() and any(window.is_causal(axis) for axis in range(len(usual))):
        return f" with {mode}causal padding"
    if window.is_even() and window.padding == usual:
        return f" with {mode}padding" if mode else ""
    return f" with {mode}padding {_sides(window)}"


def _sides(window: Window) -> int | list[int] | list[list[int]]:
    """Return the padding as a spec would have it."""
    if window.is_even():
        return written_axes(window.padding)
    sides = [[before, window.after(axis)] for axis, before in enumerate(window.padding)]
    return sides if any(each != sides[0] for each in sides) else sides[0]
