"""RG507: only some of the input sizes above the smallest work."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Place, Severity
from resnetgen.ir.network import Block, Network
from resnetgen.ops.window import Window


def size_dependent_shapes(trace: Trace) -> Iterator[Fault]:
    """Only some input sizes work.

    An average pool rounds an odd size down, and a strided convolution rounds it up. If one is in the branch and the
    other in the shortcut, the two sides of the addition agree only for some sizes, and the network fails on an image
    that is one pixel wider; or, if the shortcut's map is a single pixel, PyTorch silently broadcasts it. The rule
    searches all input sizes if that is fast; the result is periodic in the total stride.

    Fails:

        extends: resnet50
        name: pooled
        block: {antialias: {type: avg, size: 2}}

    Fixed:

        extends: resnet50
        name: pooled
        block: {antialias: {type: avg, size: 3}}
    """
    rounding = next(_other_rounding(trace.network), None)
    if rounding is None:
        return
    from resnetgen.analysis.input_sizes import input_domain  # few networks need it

    domain = input_domain(trace.network, quick=True)
    partial = next((axis for axis in (domain.axes if domain else ()) if not axis.is_whole()), None)
    if partial is None:
        return
    message = f"only some input sizes work: {partial.describe()}"
    help = (
        f"layers such as {rounding} do not give the size divided by the stride, rounded up, as the other side of their "
        "addition does: give them an odd kernel with a padding of half its size, or use only these input sizes"
    )
    yield Fault("RG507", message, Place(("input", "size")), help=help, severity=Severity.WARNING)


def _other_rounding(network: Network) -> Iterator[str]:
    """Yield the layers of residual blocks that do not round sizes up. Without any, the sides of additions agree."""
    for stage in network.stages:
        for run in stage.runs:
            yield from _other_rounding_in(run.block)


def _other_rounding_in(block: Block) -> Iterator[str]:
    shortcut = block.shortcut
    if shortcut.kind == "none":
        return
    named = [(node.name, node) for node in block.branch]
    named += [(shortcut.name_of(node), node) for node in shortcut.nodes]
    for name, node in named:
        window = node.operator.receptive_window()
        if window is not None and not _rounds_up(window):
            yield f"{name} ({node.operator.describe()})"


@lru_cache(maxsize=1024)
def _rounds_up(window: Window) -> bool:
    """Return whether the output size is ceil(size / stride) for all sizes above some; one period of sizes shows it."""
    for axis, stride in enumerate(window.stride):
        start = stride * (2 + window.dilation[axis] * window.kernel[axis])
        for size in range(start, start + min(stride, 64)):
            if window.extent(size, axis) != -(-size // stride):
                return False
    return True
