"""Whether batch norm has more than one value to normalize."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.ops.operator import by_axis
from resnetgen.shapes import Trace


def single_pixel(trace: Trace) -> Iterator[Fault]:
    """Batch norm over a map of a single pixel.

    Batch norm in training takes the mean and variance of a channel over batch and pixels. With one pixel and a batch of
    one there is one value, and PyTorch raises `Expected more than 1 value per channel when training`; in a small batch
    the statistics are those of a handful of values. It bites in the last batch of an epoch, when one sample is left. An
    attention that normalizes what it pooled has the same limit on every input, and is not told.

    Fails:

        extends: resnet18
        name: tiny
        input: {channels: 3, size: 32}
        ignore: {RG501: one warning at a time}

    Mend:

        extends: resnet18
        name: tiny
        input: {channels: 3, size: 64}
    """
    for stage in trace.stages:
        if set(stage.output[1:]) != {1}:
            continue
        if any(isinstance(node.operator, BatchNorm) for run in stage.stage.runs for node in run.block.nodes()):
            given = by_axis(trace.input[1:])
            message = f"the maps of `{stage.stage.name}` are single pixels, which batch norm cannot train on at batch 1"
            related = ((Place(("input", "size")), f"the input is {given}"),)
            help = "use a larger input or fewer strides, drop incomplete batches, or use another norm, such as group"
            place = Place(stage.stage.at, Part.KEY)
            yield Fault("RG506", message, place, related=related, help=help, severity=Severity.WARNING)
            return
