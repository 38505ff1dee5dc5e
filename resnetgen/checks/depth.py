"""Whether the type of blocks is the usual one at the network's depth."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.cost import weighted, weighted_layers
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ir import Block, Run
from resnetgen.shapes import Trace

DEEP = 50
"""Weighted layers above which published networks for ImageNet have blocks of three."""

SHALLOW = 34
"""Weighted layers up to which they have blocks of two."""


def depth(trace: Trace) -> Iterator[Fault]:
    """Blocks of two layers in a deep network, or bottlenecks in a shallow one.

    The usual criterion, after table 1 of arXiv:1512.03385: blocks of two 3x3 convolutions up to 34 layers, bottlenecks
    from 50 on. A bottleneck gives a layer four times the width for about the same multiply-adds, which is what a deep
    network needs; in a shallow one it only takes 3x3 convolutions away. A block type that was not changed along with
    the number of blocks, or the other way round, is the usual cause. Narrow networks, such as those for CIFAR-10, break
    the rule with reason: say so under `ignore`.

    Fails:

        extends: resnet18
        name: resnet18_bottleneck
        input: {size: 128}
        block: {type: bottleneck}

    Mend:

        extends: resnet50
        name: resnet50_ours
        input: {size: 128}
    """
    network = trace.network
    runs = [run for stage in network.stages for run in stage.runs]
    layers = weighted_layers(network)
    if layers > DEEP and all(weighted(run.block.branch) == 2 for run in runs):
        yield _fault(runs, layers, "has blocks of two", "bottlenecks", f"deeper than {DEEP}")
    elif layers <= SHALLOW and all(_is_bottleneck(run.block) for run in runs):
        yield _fault(runs, layers, "is made of bottlenecks", "blocks of two layers", f"of {SHALLOW} and less")


def _fault(runs: list[Run], layers: int, has: str, usual: str, where: str) -> Fault:
    message = f"a network of {layers} layers {has}; {usual} are usual in one {where}"
    help = "use another block type or number of blocks; or say under `ignore: {RG502: ...}` why it is meant"
    return Fault("RG502", message, Place(runs[0].at, Part.KEY), help=help, severity=Severity.WARNING)


def _is_bottleneck(block: Block) -> bool:
    """Whether a branch is 1x1, a window, 1x1, and narrower inside than where it ends."""
    layers = [node for node in block.branch if weighted((node,))]
    windows = [node.operator.window() for node in layers]
    if len(layers) != 3 or windows[0] is None or windows[2] is None:
        return False
    widths = dict(block.widths)
    return {*windows[0].kernel, *windows[2].kernel} == {1} and widths.get("mid", widths["out"]) < widths["out"]
