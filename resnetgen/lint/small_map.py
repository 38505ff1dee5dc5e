"""RG501: a map is too small for the stages after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resnetgen.analysis.shape_inference import StageTrace, Trace
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ops.window import by_axis

MIN_EXTENT = 4
"""Pixels along an axis. Of what 3x3 windows read over a map of 4x4, three tenths are padding; over one of 3x3, four."""


def small_map(trace: Trace) -> Iterator[Fault]:
    """Map too small for the stages after it.

    In a 3x3 convolution over a map of 3x3 pixels, four tenths of the values that it reads are zeros of the padding, and
    over 2x2 pixels more than half, so the stages that follow have little to work with. The usual cause is a stem made
    for ImageNet, which divides the size by four, with small images. The warning is given for a map of less than 4
    pixels if another stage follows. An axis counts only if a later layer sees more than one pixel along it, and most of
    these axes must be short: clips of two frames and spectrograms of few bands have one short axis on purpose. The
    usual fix is a stem that keeps the size, as in the CIFAR-10 networks of arXiv:1512.03385, section 4.2.

    Fails:

        extends: resnet18
        name: small_images
        input: {channels: 3, size: 48}
        head: {classes: 10}

    Fixed:

        extends: resnet18
        name: small_images
        input: {channels: 3, size: 48}
        stem: [{conv: 3, to: 64}]
        head: {classes: 10}
    """
    for index, (traced, after) in enumerate(zip(trace.stages, trace.stages[1:], strict=False), start=1):
        extents = traced.output[1:]
        if min(extents) >= MIN_EXTENT:
            continue
        seen = [extents[axis] for axis in _axes_seen(trace.stages[index:], trace.network.rank)]
        if 2 * sum(extent < MIN_EXTENT for extent in seen) <= len(seen):
            continue
        given = by_axis(trace.input[1:])
        message = (
            f"the maps of `{traced.stage.name}` are only {by_axis(extents)}, and `{after.stage.name}` still follows"
        )
        related = ((Place(("input", "size")), f"the input is {given}"),)
        place = Place(traced.stage.at, Part.KEY)
        yield Fault("RG501", message, place, related=related, help=_help(trace), severity=Severity.WARNING)
        return


def _axes_seen(stages: Iterable[StageTrace], rank: int) -> list[int]:
    """Return the axes along which a layer of these stages sees more than one pixel."""
    blocks = {id(part.trace.block): part.trace.block for stage in stages for part in stage.parts}
    windows = [node.operator.receptive_window() for block in blocks.values() for node in block.branch]
    return [axis for axis in range(rank) if any(window and window.kernel[axis] > 1 for window in windows)]


def _help(trace: Trace) -> str:
    """Return the ways to larger maps. A stem that keeps the size is one where the stem does not."""
    if not trace.stem or trace.stem[-1].output[1:] == trace.input[1:]:
        return "use fewer strides or a larger input"
    stem = f"stem: [{{conv: 3, to: {trace.stem[-1].output[0]}}}]"
    return f"use a stem that keeps the size, such as `{stem}`, fewer strides or a larger input"
