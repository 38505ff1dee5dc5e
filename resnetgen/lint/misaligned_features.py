"""RG508: the pixels of one feature map do not align with those of the next."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Place, Severity
from resnetgen.ops.operator import by_axis


def misaligned_features(trace: Trace) -> Iterator[Fault]:
    """Feature maps that do not align.

    A decoder that reads several maps, such as a feature pyramid or a U-Net, upsamples the small ones and combines them
    with the large ones. If the strides do not divide the input size, a map of 15 pixels is followed by one of 8, which
    becomes 16. Decoders then crop, resize or fail; many networks pad the image instead. The rule looks at the maps of
    `features` at the input size that is checked. Decoders of dilated networks align corner pixels instead: at 513
    pixels (arXiv:1706.05587), between two pixels of a map of 33 lie three of a map of 129. The rule accepts such maps
    too.

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
    names = trace.network.features
    if not names:
        return
    maps = [(traced.stage.name, traced.output[1:]) for traced in trace.stages if traced.stage.name in names]
    dilated = _is_dilated(trace)
    for (above, large), (below, small) in pairwise(maps):
        if not all(_nests(wide, narrow, dilated) for wide, narrow in zip(large, small, strict=True)):
            message = f"`{below}` gives {by_axis(small)}, which the {by_axis(large)} of `{above}` is no multiple of"
            help = "use an input size that the total stride divides"
            yield Fault("RG508", message, Place(("input", "size")), help=help, severity=Severity.WARNING)
            return


def _nests(wide: int, narrow: int, dilated: bool) -> bool:
    """Return whether the pixels of a map align evenly with those of a smaller one.

    They align edge on edge or, in a dilated network, corner on corner.
    """
    return wide % narrow == 0 or (dilated and narrow > 1 and (wide - 1) % (narrow - 1) == 0)


def _is_dilated(trace: Trace) -> bool:
    blocks = (run.block for stage in trace.network.stages for run in stage.runs)
    windows = (node.operator.window() for block in blocks for node in block.branch)
    return any(max(window.dilation) > 1 for window in windows if window is not None)
