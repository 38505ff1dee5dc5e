"""Whether the last map sees the whole input."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.diagnostics.model import Fault, Place, Severity
from resnetgen.ops.operator import by_axis
from resnetgen.receptive import receptive_field, sees
from resnetgen.shapes import Trace


def field(trace: Trace) -> Iterator[Fault]:
    """Receptive field smaller than the input.

    A pixel of the last map sees as much of the input as the windows before it add up to. Where that is less than the
    input, no part of the network sees a large object whole, and the pool at the end only averages what its parts are
    taken for. That is told of classifiers; a network with attention in it has other ways to see far. How the field is
    computed: Araujo, Norris and Sim, https://distill.pub/2019/computing-receptive-fields.

    Fails:

        extends: resnet18
        name: far
        input: {channels: 3, size: 512}

    Mend:

        extends: resnet34
        name: far
        input: {channels: 3, size: 512}
    """
    network = trace.network
    if network.features or _attends(trace):
        return
    given = trace.input[1:]
    if all(sees(network, axis, extent) for axis, extent in enumerate(given)):
        return
    seen = receptive_field(network)
    message = f"the receptive field is {by_axis(seen)}, and the input {by_axis(given)}"
    help = "use more strides, layers or dilation, attention, or a smaller input"
    yield Fault("RG509", message, Place(("input", "size")), help=help, severity=Severity.WARNING)


def _attends(trace: Trace) -> bool:
    runs = (run for stage in trace.network.stages for run in stage.runs)
    return any(node.operator.attends for run in runs for node in run.block.branch)
