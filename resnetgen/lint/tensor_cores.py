"""RG505: convolutions have widths that tensor cores pad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ir.network import Network, Run
from resnetgen.ops.conv import Conv

MULTIPLE = 8
"""Channels come in multiples of this where tensor cores take 16-bit values without padding."""


def tensor_cores(trace: Trace) -> Iterator[Fault]:
    """Widths that do not fill tensor cores.

    In half precision the matrix units of a GPU need channels in multiples of 8; other widths are padded up to one, or
    take a slower path (NVIDIA, "Convolutional Layers User's Guide", section "Channels In And Out"). A width of 65 costs
    as much as one of 72. The warning looks at widths that the spec writes as plain numbers: those of the stem, and
    those of all blocks of a stage. Where most convolutions have other widths, the network was not made for tensor
    cores, and there is no warning. Neither is there one for widths that follow from others by an expression, for lists
    of blocks, as in pruned networks, and for kernels that extend along only some axes, as in factorized convolutions,
    whose inner width is chosen to keep the number of weights.

    Fails:

        extends: resnet50
        name: odd_widths
        stages: {layer3: {mid: 250}}

    Fixed:

        extends: resnet50
        name: even_widths
        stages: {layer3: {mid: 256}}
    """
    convolutions = list(_convolutions(trace.network))
    uneven = [each for each in convolutions if each.width % MULTIPLE]
    count, total = sum(each.repeat for each in uneven), sum(each.repeat for each in convolutions)
    told = next((each for each in uneven if each.place is not None), None)
    if told is None or told.place is None or 2 * count > total:
        return
    message = f"`{told.name}` has {told.width} output channels, which is not a multiple of {MULTIPLE}"
    if count > 1:
        message += f"; this holds for {count} of {total} convolutions"
    help = f"use {-(-told.width // MULTIPLE) * MULTIPLE}: on tensor cores it costs the same"
    related = () if told.used_at is None else ((told.used_at, "used here"),)
    yield Fault("RG505", message, told.place, related=related, help=help, severity=Severity.WARNING)


class _ConvWidth(NamedTuple):
    """The output channels of `repeat` equal convolutions, with the name of the first in the network.

    `place` is where the spec writes them as a number that the warning is about, else None; `used_at` is the block's own
    place where that is elsewhere.
    """

    name: str
    width: int
    repeat: int
    place: Place | None
    used_at: Place | None = None


def _convolutions(network: Network) -> Iterator[_ConvWidth]:
    """Yield the convolutions of stem and branches, equal ones together."""
    for node in network.stem:
        if isinstance(node.operator, Conv):
            place = None if _is_factorized(node.operator) else Place((*node.at, "to"))
            yield _ConvWidth(node.name, node.operator.out_channels, 1, place)
    for stage in network.stages:
        index, path = stage.first, stage.blocks_path
        opening = () if stage.opening is None else stage.opening.block.branch
        for node in opening:
            if isinstance(node.operator, Conv) and stage.opening is not None:
                yield _of_block(f"{stage.transition_path}{node.name}", node.operator, stage.opening)
        for run in stage.block_runs:
            for node in run.block.branch:
                if isinstance(node.operator, Conv):
                    yield _of_block(f"{path}{index}.{node.name}", node.operator, run)
            index += run.repeat


def _of_block(name: str, conv: Conv, run: Run) -> _ConvWidth:
    width = conv.out_channels
    values = dict(run.block.widths)
    at = next((at for name, at in run.number_widths if values[name] == width), None)
    if at is None or _is_factorized(conv):
        return _ConvWidth(name, width, run.repeat, None)
    inside = at[: len(run.at)] == run.at
    return _ConvWidth(name, width, run.repeat, Place(at), None if inside else Place(run.at, Part.KEY))


def _is_factorized(conv: Conv) -> bool:
    """Return True if the kernel sees along some axes and not along others."""
    return min(conv.window.kernel) == 1 < max(conv.window.kernel)
