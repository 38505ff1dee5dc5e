"""RG513: the padding of a layer enlarges its map."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.shape_inference import Trace
from resnetgen.analysis.step import Step
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ops.pad import Pad
from resnetgen.ops.window import Window, by_axis, usual_padding, written_axes


def enlarging_layer(trace: Trace) -> Iterator[Fault]:
    """Padding that enlarges the map.

    A 3x3 convolution keeps the size of its map with a padding of 1. With 2, the layer adds a frame of pixels that see
    little but zeros, and every map after it is larger than it should be: 34x34 for images of 32x32, then 17x17. The
    network works, but costs an eighth more. A padding of 2 or 3 is often left from a stem with a larger kernel.
    The warning is given for a layer that adds more than one pixel along an axis: an even kernel with the same padding
    on both sides can only add one or remove one. A `pad` layer is deliberate and gets no warning.

    Fails:

        extends: resnet18
        name: framed
        input: {size: 32}
        stem: [{conv: 3, to: 64, padding: 2}]

    Fixed:

        extends: resnet18
        name: unframed
        input: {size: 32}
        stem: [{conv: 3, to: 64}]
    """
    for step in trace.written_steps():
        window = step.node.operator.receptive_window()
        if window is None or isinstance(step.node.operator, Pad) or not _enlarges(step):
            continue
        sizes = f"{by_axis(step.output[1:])} for {by_axis(step.input[1:])}"
        message = f"{step.node.name} ({step.node.operator.describe()}) enlarges its map: it gives {sizes}"
        help = f"use `padding: {_keeping(window)}`, which keeps the size"
        place = Place((*step.node.at, "padding"), Part.ENTRY)
        yield Fault("RG513", message, place, help=help, severity=Severity.WARNING)
        return


def _enlarges(step: Step) -> bool:
    return any(after > before + 1 for before, after in zip(step.input[1:], step.output[1:], strict=True))


def _keeping(window: Window) -> str:
    """Return half of the dilated kernel along each axis, or `same` if that is not whole along one of them."""
    if any(window.reach(axis) % 2 == 0 for axis in range(len(window.kernel))):
        return "same"
    return str(written_axes(usual_padding(window.kernel, window.dilation)))
