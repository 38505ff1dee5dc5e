"""Whether every window fits its map, and the two sides of every addition agree."""

from __future__ import annotations

from resnetgen.analysis.shape_inference import Trace, trace
from resnetgen.diagnostics.model import Fault, Place
from resnetgen.ops.operator import by_axis


def shapes(traced: Trace) -> list[Fault]:
    """A map smaller than the window over it cannot be computed, and PyTorch adds unequal maps by repeating one of them.

    The trace has found these on its way: a fault there is one that PyTorch raises, or silently broadcasts over. At
    another input size than the spec's own, which is a question about the input, it is told which sizes work.
    """
    if not traced.faults or traced.input[1:] == traced.network.size:
        return list(traced.faults)
    return _with_sizes(traced)


def _with_sizes(traced: Trace) -> list[Fault]:
    """The faults, with the sizes that work at the spec's `input.size`; nothing is said where none is known to."""
    from resnetgen.analysis.input_sizes import describe_domain, input_domain, smallest_size

    network, faults = traced.network, traced.faults
    axes = input_domain(network, soon=True)
    if axes is None or not all(axis.remainders for axis in axes) or trace(network, smallest_size(axes)).faults:
        return list(faults)
    place = Place(("input", "size"))
    words = f"the input is {by_axis(traced.input[1:])}; sizes that work: {describe_domain(axes)}"
    others = (tuple(label for label in fault.related if label[0] != place) for fault in faults)
    return [fault._replace(related=((place, words), *rest)) for fault, rest in zip(faults, others, strict=True)]
