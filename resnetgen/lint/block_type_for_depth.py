"""RG502: the block type does not suit the network's depth or widths."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.cost import count_weighted, weighted_layers
from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ir.network import Block, Run

DEEP = 50
"""Weighted layers above which published ImageNet networks use blocks of three layers."""

SHALLOW = 34
"""Weighted layers up to which published ImageNet networks use blocks of two layers."""

SQUEEZE = 2
"""No published network narrows the input of its first block by more than this factor."""


def block_type_for_depth(trace: Trace) -> Iterator[Fault]:
    """Block type that does not match the depth or the widths.

    The block type was changed and the stages were not, or the other way round. The usual rule is table 1 of
    arXiv:1512.03385: blocks of two 3x3 convolutions up to 34 layers, bottlenecks of three convolutions from 50 layers
    on. At about the same multiply-adds a bottleneck is four times as wide (figure 5 there), which helps a deep network
    and costs a shallow one its 3x3 convolutions. In stages made for two-layer blocks, a bottleneck has a quarter of
    their width inside: 16 channels in the first stage of ResNet-18, where every published network has 64 or more. Some
    published networks break the rule for a reason, such as narrow ones for CIFAR-10 and ResNet-26: give yours under
    `ignore`.

    Fails:

        extends: resnet18
        name: resnet18_bottleneck
        input: {size: 128}
        block: {type: bottleneck}

    Mend:

        extends: resnet50
        name: resnet50_small
        input: {size: 128}
    """
    network = trace.network
    runs = [run for stage in network.stages for run in stage.runs]
    first, blocks = runs[0].block, network.blocks()
    if _is_bottleneck(first):
        widths = dict(first.widths)
        squeezed = SQUEEZE * widths["mid"] < widths["in"]
        if not (squeezed or 3 * blocks < SHALLOW) or not all(_is_bottleneck(run.block) for run in runs):
            return
        layers = weighted_layers(network)
        if squeezed:
            inside = f"{widths['mid']} inner channels for {widths['in']} input channels"
            help = "give its stages four times the `channels`, or use a block type of two layers"
            yield _warning(runs[0], f"the first bottleneck has {inside}", help)
        elif layers <= SHALLOW:
            message = (
                f"bottleneck blocks in a network of {layers} layers; up to {SHALLOW} layers, two-layer blocks are usual"
            )
            yield _warning(runs[0], message, "use `type: basic` with a quarter of the `channels`, or more blocks")
    elif count_weighted(first.branch) == 2 and all(count_weighted(run.block.branch) == 2 for run in runs):
        layers = weighted_layers(network)
        if layers > DEEP:
            message = f"two-layer blocks in a network of {layers} layers; above {DEEP} layers, bottlenecks are usual"
            yield _warning(runs[0], message, "use `type: bottleneck` with four times the `channels`, or fewer blocks")


def _warning(run: Run, message: str, help: str) -> Fault:
    advice = f"{help}; or give the reason under `ignore: {{RG502: ...}}`"
    return Fault("RG502", message, Place(run.at, Part.KEY), help=advice, severity=Severity.WARNING)


def _is_bottleneck(block: Block) -> bool:
    """Return whether a branch is a 1x1 layer, another layer and a 1x1 layer, and is narrower inside than at its end."""
    layers = [node for node in block.branch if count_weighted((node,))]
    windows = [node.operator.receptive_window() for node in layers]
    if len(layers) != 3 or windows[0] is None or windows[2] is None:
        return False
    widths = dict(block.widths)
    return {*windows[0].kernel, *windows[2].kernel} == {1} and widths.get("mid", widths["out"]) < widths["out"]
