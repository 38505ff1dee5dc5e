"""RG304: the total stride is larger than any input can be."""

from __future__ import annotations

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Part, Place
from resnetgen.schema.fields import LARGEST_EXTENT


def excessive_stride(trace: Trace) -> list[Fault]:
    """Find a total stride beyond the largest input size, which a block that repeats with its stride soon reaches.

    Such a network reduces every input to one pixel.
    """
    total = [1] * trace.network.rank
    for stage in trace.network.stages:
        for run in stage.runs:
            for axis, step in enumerate(run.block.stride):
                total[axis] *= step ** min(run.repeat, 64)
        if max(total) > LARGEST_EXTENT:
            message = f"the total stride up to here is more than {LARGEST_EXTENT:,} pixels"
            place = Place(stage.at, Part.KEY)
            return [
                Fault(
                    "RG304",
                    message,
                    place,
                    help="use `stride: here` in the block type, so that only the first block of a stage has the stride",
                )
            ]
    return []
