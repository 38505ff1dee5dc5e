"""RG509: the receptive field of the last map is smaller than the input."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.receptive_field import covers, receptive_field
from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Place, Severity
from resnetgen.ops.window import by_axis


def receptive_field_too_small(trace: Trace) -> Iterator[Fault]:
    """Receptive field smaller than the input.

    The receptive field of the last map follows from the windows before it. If it is smaller than the input, no part of
    the network sees an object that fills the image, and the pool at the end only averages predictions for pieces of it.
    The effective receptive field is smaller still (arXiv:1701.04128). The warning is given for networks that end in a
    head and have no attention, which also uses pixels outside the receptive field. If the receptive field covers the
    input along one axis, such as all frequencies of a spectrogram, the input may have any length along the others. The
    same holds for signals, whose only axis is time: networks for time series pool over all of it on purpose
    (arXiv:1611.06455). The computation follows Araujo, Norris and Sim,
    https://distill.pub/2019/computing-receptive-fields.

    Fails:

        extends: resnet18
        name: far
        input: {channels: 3, size: 512}

    Fixed:

        extends: resnet34
        name: far
        input: {channels: 3, size: 512}
    """
    network, given = trace.network, trace.input[1:]
    if (
        network.gives_maps
        or network.rank == 1
        or any(covers(network, axis, extent) for axis, extent in enumerate(given))
        or _has_attention(trace)
    ):
        return
    message = f"the receptive field is {by_axis(receptive_field(network))}, smaller than the input of {by_axis(given)}"
    help = "use more layers, strides, dilation or attention, or a smaller input"
    yield Fault("RG509", message, Place(("input", "size")), help=help, severity=Severity.WARNING)


def _has_attention(trace: Trace) -> bool:
    network = trace.network
    blocks = (node for stage in network.stages for run in stage.runs for node in run.block.nodes())
    return any(node.operator.attention_kind for node in (*network.stem, *blocks, *network.head_nodes))
