"""RG508: the feature maps of a network do not nest."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Place, Severity
from resnetgen.ops.window import by_axis


def misaligned_features(trace: Trace) -> Iterator[Fault]:
    """Feature maps that do not nest.

    A decoder that reads several maps, such as a feature pyramid or a U-Net, enlarges the small maps to the size of the
    large ones. If the input size is not a multiple of the strides, a map of 15 pixels is followed by one of 8, which
    enlarges to 16. Decoders then crop, resize or fail; many pad the image instead. The warning is given if the maps do
    not nest at the input size that is checked. Decoders of dilated networks align the corners instead: at 513 pixels
    (arXiv:1706.05587) a map of 129 has three pixels between two of a map of 33, and such maps count as nested.

    Fails:

        extends: resnet50
        name: backbone
        input: {size: 225}
        head: {features: [layer2, layer3, layer4], pool: null, classes: null}

    Fixed:

        extends: resnet50
        name: backbone
        input: {size: 256}
        head: {features: [layer2, layer3, layer4], pool: null, classes: null}
    """
    names = trace.network.features
    if not names:
        return
    maps = [(name, shape[1:]) for name, shape in trace.maps().items() if name in names]
    dilated = _is_dilated(trace)
    for (above, large), (below, small) in pairwise(maps):
        if not all(_nests(wide, narrow, dilated) for wide, narrow in zip(large, small, strict=True)):
            message = (
                f"the {by_axis(large)} map of `{above}` is not a multiple of the {by_axis(small)} map of `{below}`"
            )
            help = "use an input size that is a multiple of the total stride"
            yield Fault("RG508", message, Place(("input", "size")), help=help, severity=Severity.WARNING)
            return


def _nests(wide: int, narrow: int, dilated: bool) -> bool:
    """Return whether the pixels of a map align evenly with those of a smaller one.

    They align edge on edge or, in a dilated network, corner on corner.
    """
    return wide % narrow == 0 or (dilated and narrow > 1 and (wide - 1) % (narrow - 1) == 0)


def _is_dilated(trace: Trace) -> bool:
    blocks = (run.block for stage in trace.network.stages for run in stage.runs)
    windows = (node.operator.receptive_window() for block in blocks for node in block.branch)
    return any(max(window.dilation) > 1 for window in windows if window is not None)
