"""RG514: the input size has an axis more, which looks like the channels."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Place, Severity

FEW = 4
"""The most channels of an image or a signal that are taken for channels in a size: grey, two, RGB, or RGB and depth."""


def channels_in_size(trace: Trace) -> Iterator[Fault]:
    """Input size that contains the channels.

    `size` has the extents of the spatial axes alone; `channels` has the channels. With `size: [3, 32, 32]` a network
    has three axes and 3-D convolutions, and takes videos of three frames. The warning is given if the first or the last
    of two or three extents is the number of channels, that number is at most 4, and every other extent is at least
    eight times as large.

    Fails:

        extends: resnet20
        name: volume
        input: {size: [3, 32, 32]}

    Fixed:

        extends: resnet20
        name: image
        input: {size: [32, 32]}
    """
    channels, *size = trace.input
    if len(size) == 1 or channels > FEW:
        return
    for index in (0, -1):
        others = size[1:] if index == 0 else size[:-1]
        if size[index] == channels and min(others) >= 8 * channels:
            axes = f"{len(size)} axes, and the {'first' if index == 0 else 'last'} is the number of channels"
            message = f"the input size {size} has {axes}"
            written = others if len(others) > 1 else f"[{others[0]}]"
            rank = "2 axes" if len(others) > 1 else "1 axis"
            help = f"if it is meant as the shape of an input of {rank}, write `size: {written}`"
            yield Fault("RG514", message, Place(("input", "size")), help=help, severity=Severity.WARNING)
            return
