"""RG509: the receptive field of the last map is smaller than the input."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.receptive_field import covers, receptive_field
from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Place, Severity
from resnetgen.ops.operator import by_axis


def receptive_field_too_small(trace: Trace) -> Iterator[Fault]:
    """Receptive field smaller than the input.

    The receptive field of a pixel in the last map is the part of the input that it depends on. Where that is smaller
    than the input, no pixel sees an object that fills the image, and the pool at the end averages predictions about its
    pieces. The effective receptive field is smaller still (arXiv:1701.04128). The rule looks at networks that end in a
    head; it skips networks with attention, which has other ways to see far. If the field covers the whole of one axis,
    such as all frequencies of a spectrogram, the other axes may be of any length. How the field is computed: Araujo,
    Norris and Sim, https://distill.pub/2019/computing-receptive-fields.

    Fails:

        extends: resnet18
        name: far
        input: {channels: 3, size: 512}

    Mend:

        extends: resnet34
        name: far
        input: {channels: 3, size: 512}
    """
    network, given = trace.network, trace.input[1:]
    if (
        network.features
        or any(covers(network, axis, extent) for axis, extent in enumerate(given))
        or _has_attention(trace)
    ):
        return
    message = f"a pixel of the last map sees {by_axis(receptive_field(network))} of an input of {by_axis(given)}"
    help = "use more strides, layers or dilation, attention, or a smaller input"
    yield Fault("RG509", message, Place(("input", "size")), help=help, severity=Severity.WARNING)


def _has_attention(trace: Trace) -> bool:
    network = trace.network
    blocks = (node for stage in network.stages for run in stage.runs for node in run.block.nodes())
    return any(node.operator.attention_kind for node in (*network.stem, *blocks, *network.head))
