"""RG516: a layer whose windows stand side by side pads its map."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Path, Place, Severity
from resnetgen.ops.operator import Operator
from resnetgen.ops.window import Window, by_axis


def padded_tiles(trace: Trace) -> Iterator[Fault]:
    """Padding around windows that do not overlap.

    A pool whose stride is its window divides the map into tiles, and so does the convolution of a patchify stem.
    Padding moves the tiles: the first ones see padding and, in a map that the tiles would fill, the last pixels are in
    none. A 7x7 average pool with a padding of 3 averages 16 of the 49 pixels of a 7x7 map. Pools of this kind pad
    nothing by default. The default padding of a convolution is half of its kernel, whatever its stride, so an even
    kernel needs `padding: 0` here. The warning is given for pools, and for convolutions with an even kernel as large as
    their stride. `padding: same` is deliberate and gets no warning.

    Fails:

        extends: resnet18
        name: patches
        stem:
          - {conv: 4, to: 64, stride: 4}

    Fixed:

        extends: resnet18
        name: tiles
        stem:
          - {conv: 4, to: 64, stride: 4, padding: 0}
    """
    warned: set[Path] = set()
    for step in trace.written_steps():
        window = step.node.operator.receptive_window()
        if step.node.at in warned or window is None or not step.node.operator.pads_same:
            continue
        if _pads_tiles(step.node.operator, window):
            warned.add(step.node.at)
            tiles = by_axis(window.kernel)
            message = f"{step.node.name} ({step.node.operator.describe()}) pads its map, but its windows do not overlap"
            help = f"use `padding: 0`, which divides the map into tiles of {tiles}"
            yield Fault("RG516", message, Place(step.node.at), help=help, severity=Severity.WARNING)


def _pads_tiles(operator: Operator, window: Window) -> bool:
    """Return whether there is padding along an axis with windows side by side."""
    return any(
        (window.padding[axis] or window.after(axis)) and not any(window.same) and _tiles(operator, window, axis)
        for axis in range(len(window.kernel))
    )


def _tiles(operator: Operator, window: Window, axis: int) -> bool:
    """Return whether windows stand side by side; those of a convolution only if its kernel is even."""
    kernel, stride = window.kernel[axis], window.stride[axis]
    if operator.pools:
        return stride >= kernel
    return window.dilation[axis] == 1 and stride == kernel and kernel % 2 == 0
