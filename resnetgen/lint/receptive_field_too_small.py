"""Whether the last map sees enough of the input."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.receptive_field import covers, receptive_field
from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Place, Severity
from resnetgen.ops.operator import by_axis


def receptive_field_too_small(trace: Trace) -> Iterator[Fault]:
    """Receptive field smaller than the input.

    A pixel of the last map sees as much of the input as the windows before it add up to. Where that is less than the
    input, no part of the network sees an object that fills the image, and the pool at the end only averages what its
    pieces are taken for. What a pixel makes use of is less again (arXiv:1701.04128). That is told of networks that end
    in a head; one with attention in it has other ways to see far. An input that is seen whole along one of its axes,
    such as all frequencies of a spectrogram, may be of any length along the others. How the field is computed: Araujo,
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
