"""RG505: convolutions have widths that tensor cores pad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ir.network import Network
from resnetgen.ops.conv import Conv

MULTIPLE = 8
"""Channels come in multiples of this where tensor cores take 16-bit values without padding."""


def tensor_cores(trace: Trace) -> Iterator[Fault]:
    """Widths that do not fill tensor cores.

    In half precision the matrix units of a GPU need channels in multiples of 8; other widths are padded up to one, or
    take a slower path (NVIDIA, "Convolutional Layers User's Guide", section "Channels In And Out"). A width of 65 costs
    as much as one of 72. The warning looks at the output channels of the convolutions in stem and blocks: the input
    channels and the number of classes are given, and the channels of a group are not considered. A network that was
    pruned for another device says so under `ignore`.

    Fails:

        extends: resnet50
        name: odd_widths
        block: {mid: out // 3}

    Mend:

        extends: resnet50
        name: even_widths
        block: {mid: out // 32 * 8}
    """
    convolutions = list(_convolutions(trace.network))
    odd = [each for each in convolutions if each.width % MULTIPLE]
    if not odd:
        return
    place, name, width, _ = odd[0]
    message = f"`{name}` has {width} output channels, which is not a multiple of {MULTIPLE}"
    count = sum(each.repeat for each in odd)
    if count > 1:
        message += f"; this holds for {count} of {sum(each.repeat for each in convolutions)} convolutions"
    help = f"use {-(-width // MULTIPLE) * MULTIPLE}: on tensor cores it costs the same"
    yield Fault("RG505", message, place, help=help, severity=Severity.WARNING)


class _ConvWidth(NamedTuple):
    """The output channels of `repeat` equal convolutions, with their place and the first one's name in the network."""

    place: Place
    name: str
    width: int
    repeat: int


def _convolutions(network: Network) -> Iterator[_ConvWidth]:
    """Yield the convolutions of stem and branches, equal ones together."""
    for node in network.stem:
        if isinstance(node.operator, Conv):
            yield _ConvWidth(Place(node.at), node.name, node.operator.out_channels, 1)
    for stage in network.stages:
        index = 0
        for run in stage.runs:
            block = f"{stage.path}.{index}"
            index += run.repeat
            for node in run.block.branch:
                if isinstance(node.operator, Conv):
                    yield _ConvWidth(
                        Place(run.at, Part.KEY), f"{block}.{node.name}", node.operator.out_channels, run.repeat
                    )
