"""What a block is told: what holds throughout the network, and where it stands."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.frozen import Frozen
from resnetgen.lower.settings import number
from resnetgen.ops.activation import ActivationSlot
from resnetgen.ops.registry import ConvolutionKind, NormKind
from resnetgen.schema.layouts import Layout


class NetworkContext(Frozen):
    """What holds throughout a network: its axes, its naming, its default norm and activation, its number of blocks."""

    rank: int
    layout: Layout
    convolution: ConvolutionKind
    norm: NormKind
    act: ActivationSlot
    blocks: int

    @cached_property
    def number(self) -> int:
        """The same for surroundings that are equal but for the number of blocks."""
        return number((self.rank, self.layout, self.convolution, self.norm, self.act))


class Position(NamedTuple):
    """Where a block stands: what comes in and goes out, and what it does to the map.

    `replaced` is the stride that its dilation stands in for. `at` is the path of what asked for it, `came_at` that of
    its input channels, `channels_at` that of its output channels.
    """

    in_channels: int
    out_channels: int
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    first_dilation: tuple[int, ...]
    replaced: tuple[int, ...]
    at: Path
    in_channels_at: Path
    channels_at: Path

    def numbers(self) -> tuple[object, ...]:
        """All of it but the paths."""
        return (
            self.in_channels,
            self.out_channels,
            self.stride,
            self.dilation,
            self.first_dilation,
            self.replaced,
        )
