"""Whether maps are large enough for the stages after them."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ops.operator import by_axis

MIN_EXTENT = 4
"""Pixels along an axis. Of what 3x3 windows read over a map of 4x4, three tenths are zeros, over one of 3x3 four."""


def small_map(trace: Trace) -> Iterator[Fault]:
    """Map too small for the stages after it.

    Of what 3x3 convolutions read over a map of 3x3 pixels, four tenths are the zeros of their padding, over one of 2x2
    more than half, and the stages that follow work on next to nothing. It comes of a stem made for ImageNet, which
    divides the size by four, before small images. A map of less than 4 pixels along an axis is told where another stage
    follows. The usual mend is a stem that keeps the size, as the networks for CIFAR-10 in arXiv:1512.03385, section
    4.2, have it.

    Fails:

        extends: resnet18
        name: small_images
        input: {channels: 3, size: 48}
        head: {classes: 10}

    Mend:

        extends: resnet18
        name: small_images
        input: {channels: 3, size: 48}
        stem: [{conv: 3, to: 64}]
        head: {classes: 10}
    """
    for traced, after in zip(trace.stages, trace.stages[1:], strict=False):
        extents = traced.output[1:]
        if min(extents) >= MIN_EXTENT:
            continue
        given = by_axis(trace.input[1:])
        message = f"the maps of `{traced.stage.name}` are {by_axis(extents)}, and `{after.stage.name}` still follows"
        related = ((Place(("input", "size")), f"the input is {given}"),)
        help = "use a stem that keeps the size, such as `stem: [{conv: 3, to: 64}]`, fewer strides or a larger input"
        place = Place(traced.stage.at, Part.KEY)
        yield Fault("RG501", message, place, related=related, help=help, severity=Severity.WARNING)
        return
