"""RG501: a map is too small for the stages after it."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ops.operator import by_axis

MIN_EXTENT = 4
"""Pixels along an axis. Of what 3x3 windows read over a map of 4x4, three tenths are padding; over one of 3x3, four."""


def small_map(trace: Trace) -> Iterator[Fault]:
    """Map too small for the stages after it.

    In a 3x3 convolution over a map of 3x3 pixels, four tenths of the values that it reads are zeros of the padding, and
    over 2x2 pixels more than half, so the stages that follow have little to work with. The usual cause is a stem made
    for ImageNet, which divides the size by four, with small images. The warning is given for a map of less than 4
    pixels along an axis if another stage follows. The usual fix is a stem that keeps the size, as in the CIFAR-10
    networks of arXiv:1512.03385, section 4.2.

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
        message = (
            f"the maps of `{traced.stage.name}` are only {by_axis(extents)}, and `{after.stage.name}` still follows"
        )
        related = ((Place(("input", "size")), f"the input is {given}"),)
        help = "use a stem that keeps the size, such as `stem: [{conv: 3, to: 64}]`, fewer strides or a larger input"
        place = Place(traced.stage.at, Part.KEY)
        yield Fault("RG501", message, place, related=related, help=help, severity=Severity.WARNING)
        return
