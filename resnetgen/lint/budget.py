"""RG510: the network costs more than its budget."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.cost import cost
from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Place
from resnetgen.ops.window import by_axis


def budget(trace: Trace) -> Iterator[Fault]:
    """Network that exceeds its budget.

    A spec may limit the cost of its network under `budget`, so that a change which makes it cost more is noticed at
    once. Parameters, multiply-adds and activation memory are those that `resnetgen show` prints, the latter two at the
    input size that is checked, for one sample in float32.

    Fails:

        extends: resnet50
        name: phone
        budget: {params: 25M, macs: 5G, memory: 1GiB}

    Fixed:

        extends: resnet34
        name: phone
        budget: {params: 25M, macs: 5G, memory: 1GiB}
    """
    most = trace.network.budget
    if not any(most):
        return
    found = cost(trace)
    size = f"at {by_axis(trace.input[1:])}"
    for key, value, what in (
        ("params", found.params, "parameters"),
        ("macs", found.macs, f"multiply-adds {size}"),
        ("memory", found.memory(), f"bytes of activations {size}"),
    ):
        limit = getattr(most, key)
        if limit is not None and value > limit:
            over = f"{100 * (value - limit) / limit:.3g} %"
            message = f"the network has {value:,} {what}, {over} more than its budget of {limit:,}"
            help = "make the network smaller, or raise the budget; `resnetgen show` lists the cost of each stage"
            yield Fault("RG510", message, Place(("budget", key)), help=help)
