"""RG502: the block type does not suit the widths of the stages."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.cost import count_weighted
from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ir.network import Block, Run
from resnetgen.ops.conv import Conv

SQUEEZE = 2
"""No published network narrows the input of its first bottleneck by more than this factor."""

WIDE = 2048
"""Output channels of the last stage of bottlenecks; two-layer blocks are published with up to 1536."""


def block_type_for_widths(trace: Trace) -> Iterator[Fault]:
    """Block type that does not match the widths.

    The block type was changed and the stages were not, or the other way round. At about the same multiply-adds a
    bottleneck is four times as wide as a block of two 3x3 convolutions (arXiv:1512.03385, figure 5). In stages made for
    two-layer blocks, a bottleneck has a quarter of the stage's width inside: in the first stage of ResNet-18, 16
    channels for 64 input channels. In stages made for bottlenecks, a block of two 3x3 convolutions has sixteen times
    the weights: 75 million in each block of the last stage of ResNet-50. Depth alone does not decide: published
    networks of hundreds of layers have two-layer blocks, and one of 14 layers has bottlenecks. If a stage has a list of
    blocks, as in pruned networks, the widths count as intended.

    Fails:

        extends: resnet18
        name: resnet18_bottleneck
        input: {size: 128}
        block: {type: bottleneck}

    Fixed:

        extends: resnet50
        name: resnet50_small
        input: {size: 128}
    """
    runs = [run for stage in trace.network.stages for run in stage.block_runs]
    if any(run.is_entry for run in runs):
        return
    first = runs[0]
    if _is_bottleneck(first.block):
        widths = dict(first.block.widths)
        inside = widths.get("mid", widths["out"])
        if SQUEEZE * inside < widths["in"]:
            message = f"the first bottleneck has {inside} inner channels for {widths['in']} input channels"
            yield _warning(
                first, message, "give its stages four times the `channels`, or use a block type of two layers"
            )
        return
    wide = next((run for run in runs if _is_pair(run.block) and run.block.out_channels >= WIDE), None)
    if wide is not None:
        message = f"two-layer blocks with {wide.block.out_channels} channels; with so many, bottlenecks are usual"
        yield _warning(wide, message, "give its stages a quarter of the `channels`, or use a bottleneck")


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


def _is_pair(block: Block) -> bool:
    """Return whether a branch has two weighted layers, both dense convolutions over a neighborhood."""
    layers = [node.operator for node in block.branch if count_weighted((node,))]
    return len(layers) == 2 and all(
        isinstance(layer, Conv) and layer.groups == 1 and max(layer.window.kernel) > 1 for layer in layers
    )
