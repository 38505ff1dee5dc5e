"""Whether feature maps nest."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Place, Severity
from resnetgen.ops.operator import by_axis


def misaligned_features(trace: Trace) -> Iterator[Fault]:
    """Feature maps that do not nest.

    What reads several maps, a feature pyramid or a U-Net, enlarges the small ones to lay them over the large ones. At a
    size that the strides do not divide, a map of 15 pixels has one of 8 below it, which becomes 16. Decoders then crop,
    resize or fail; many pad the image instead. A network is told whose maps do not nest at the input size that is
    checked. Decoders of dilated networks lay corner on corner instead: at 513 pixels (arXiv:1706.05587) a map of 129
    has three pixels between two of one of 33, and such maps nest too.

    Fails:

        extends: resnet50
        name: backbone
        input: {size: 225}
        head: {features: [layer2, layer3, layer4], pool: null, classes: null}

    Mend:

        extends: resnet50
        name: backbone
        input: {size: 256}
        head: {features: [layer2, layer3, layer4], pool: null, classes: null}
    """
    wanted = trace.network.features
    if not wanted:
        return
    found = [(traced.stage.name, traced.output[1:]) for traced in trace.stages if traced.stage.name in wanted]
    dilated = _is_dilated(trace)
    for (above, large), (below, small) in pairwise(found):
        if not all(_nests(wide, narrow, dilated) for wide, narrow in zip(large, small, strict=True)):
            message = f"`{below}` gives {by_axis(small)}, which the {by_axis(large)} of `{above}` is no multiple of"
            help = "use an input size that the total stride divides"
            yield Fault("RG508", message, Place(("input", "size")), help=help, severity=Severity.WARNING)
            return


def _nests(wide: int, narrow: int, dilated: bool) -> bool:
    """Whether pixels of a map lie evenly over those of another, edge on edge or, if it is dilated, corner on corner."""
    return wide % narrow == 0 or (dilated and narrow > 1 and (wide - 1) % (narrow - 1) == 0)


def _is_dilated(trace: Trace) -> bool:
    blocks = (run.block for stage in trace.network.stages for run in stage.runs)
    windows = (node.operator.window() for block in blocks for node in block.branch)
    return any(max(window.dilation) > 1 for window in windows if window is not None)
