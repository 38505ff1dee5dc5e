"""RG301, RG302 and RG304: a window does not fit its map, or the two sides of an addition differ."""

from __future__ import annotations

from resnetgen.analysis.shape_inference import Trace, trace
from resnetgen.diagnostics.model import Fault, Place
from resnetgen.ops.window import by_axis


def shapes(traced: Trace) -> list[Fault]:
    """Return the shape errors that the trace found.

    They are what PyTorch would raise, or would hide by broadcasting one side of an addition. At an input size other
    than the spec's own, the input may be what is wrong, so the faults then list the sizes that work.
    """
    if not traced.faults or traced.input[1:] == traced.network.size:
        return list(traced.faults)
    return _with_sizes(traced)


def _with_sizes(traced: Trace) -> list[Fault]:
    """Add the input sizes that work to each fault, at `input.size`; return the faults unchanged where none is known."""
    from resnetgen.analysis.input_sizes import input_domain

    network, faults = traced.network, traced.faults
    domain = input_domain(network, quick=True)
    if domain is None or domain.is_empty or trace(network, domain.smallest_size()).faults:
        return list(faults)
    place = Place(("input", "size"))
    words = f"the input is {by_axis(traced.input[1:])}; sizes that work: {domain.describe()}"
    others = (tuple(label for label in fault.related if label[0] != place) for fault in faults)
    return [fault._replace(related=((place, words), *rest)) for fault, rest in zip(faults, others, strict=True)]
