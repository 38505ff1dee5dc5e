"""Whether the type of blocks goes with the network's depth and widths."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.cost import weighted, weighted_layers
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ir import Block, Run
from resnetgen.shapes import Trace

DEEP = 50
"""Weighted layers above which published networks of WIDE channels have bottlenecks."""

WIDE = 256
"""Channels from which on a bottleneck saves what it is for; networks for CIFAR-10 mostly stay below."""

SQUEEZE = 2
"""No published network squeezes its first block to less than the width that comes in by this."""


def depth(trace: Trace) -> Iterator[Fault]:
    """Block type that goes with another depth or other widths.

    The block type was changed and the stages were not, or the other way round. At about the same multiply-adds, a
    bottleneck is four times as wide as a block of two 3x3 convolutions (figure 5 of arXiv:1512.03385). So stages made
    for the latter leave it a quarter of their width inside: 16 channels in the first stage of ResNet-18, where every
    published bottleneck has 64 or more. And published networks of more than 50 layers and 256 channels are made of
    bottlenecks. Narrow ones, as for CIFAR-10, have two layers in a block at any depth, and are not told.

    Fails:

        extends: resnet18
        name: resnet18_bottleneck
        input: {size: 128}
        block: {type: bottleneck}

    Mend:

        extends: resnet50
        name: resnet26
        input: {size: 128}
        stages:
          layer1: {blocks: 2}
          layer2: {blocks: 2}
          layer3: {blocks: 2}
          layer4: {blocks: 2}
    """
    network = trace.network
    runs = [run for stage in network.stages for run in stage.runs]
    first = dict(runs[0].block.widths)
    if all(_is_bottleneck(run.block) for run in runs):
        if SQUEEZE * first["mid"] < first["in"]:
            inside = f"{first['mid']} of the {first['in']} channels that come in"
            help = "give its stages four times the `channels`, or use a block type of two layers"
            yield _fault(runs[0], f"the first bottleneck works on {inside}", help)
    elif all(weighted(run.block.branch) == 2 for run in runs):
        layers, widest = weighted_layers(network), max(dict(run.block.widths)["out"] for run in runs)
        if layers > DEEP and widest >= WIDE:
            message = f"a network of {layers} layers and up to {widest} channels has blocks of two"
            yield _fault(runs[0], message, "use `type: bottleneck` with four times the `channels`, or fewer blocks")


def _fault(run: Run, message: str, help: str) -> Fault:
    said = f"{help}; or say under `ignore: {{RG502: ...}}` why it is meant"
    return Fault("RG502", message, Place(run.at, Part.KEY), help=said, severity=Severity.WARNING)


def _is_bottleneck(block: Block) -> bool:
    """Whether a branch is 1x1, a window, 1x1, and narrower inside than where it ends."""
    layers = [node for node in block.branch if weighted((node,))]
    windows = [node.operator.window() for node in layers]
    if len(layers) != 3 or windows[0] is None or windows[2] is None:
        return False
    widths = dict(block.widths)
    return {*windows[0].kernel, *windows[2].kernel} == {1} and widths.get("mid", widths["out"]) < widths["out"]
