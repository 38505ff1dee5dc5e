"""What holds where layers are laid: throughout the network, and in the block, the stem or the head that they are in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.frozen import Frozen
from resnetgen.layers.settings import Settings, number
from resnetgen.ops.activation import ActivationSlot
from resnetgen.ops.registry import AntialiasKind, ConvolutionKind, NormKind
from resnetgen.ops.slot import chosen
from resnetgen.schema.layouts import Layout, Naming


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
        """The same for contexts that are equal but for the number of blocks."""
        return number((self.rank, self.layout, self.convolution, self.norm, self.act))


class Position(NamedTuple):
    """Where a block stands: what comes in and goes out, and what it does to the map.

    `first_dilation` is that of the map that comes in: the layers up to the strided one work on its grid, those after it
    on the grid that the stride, or the dilation in its stead, leaves. `replaced` is the stride that the dilation stands
    in for, 1 along each axis where it does not. `at` is the path of what asked for the block, `in_channels_at` that of
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

    def changes_shape(self) -> bool:
        """Whether the block gives another shape than it gets, as far as channels and stride can tell."""
        return self.in_channels != self.out_channels or set(self.stride) != {1}


class BlockContext(Frozen):
    """What holds in one block, or in the stem or the head, which have no settings and no position of their own.

    `at` is the path of the thing being lowered, for faults; `layers_at` the path of its list of layers in the spec, or
    None where a built-in block type wrote it. `widths` are those that its layers may speak of.
    """

    network: NetworkContext
    naming: Naming
    at: Path
    layers_at: Path | None
    settings: Settings = Settings()
    widths: Mapping[str, int] = MappingProxyType({})
    position: Position | None = None

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return self.network.rank

    @property
    def convolution(self) -> ConvolutionKind:
        """The kind of convolution where a layer has none of its own."""
        found: ConvolutionKind = self.settings.get("convolution", self.network.convolution)
        return found

    @property
    def norm(self) -> NormKind:
        """The normalization where a layer has none of its own."""
        found: NormKind = self.settings.get("norm", self.network.norm)
        return found

    @property
    def act(self) -> ActivationSlot:
        """The activation where a layer has none of its own."""
        found: ActivationSlot = self.settings.get("act", self.network.act)
        return found

    @property
    def antialias(self) -> AntialiasKind | None:
        """What takes over the stride of a convolution that says nothing of it."""
        found: AntialiasKind | None = chosen(self.settings.get("antialias"))
        return found

    @property
    def order(self) -> tuple[str, ...]:
        """The order of convolution, normalization and activation in a layer."""
        return self.settings.order

    def written_at(self, key: str) -> Path | None:
        """The path that wrote what holds for a key, None where only a built-in block type says it."""
        if key in self.settings.origins:
            return self.settings.origins[key]
        if self.position is not None and key in ("in", "out"):
            return self.position.in_channels_at if key == "in" else self.position.channels_at
        return (key,) if key in ("norm", "convolution") else None

    def origin(self, key: str) -> Path:
        """The path that wrote a setting, or that of what is being lowered."""
        written = self.written_at(key)
        return self.at if written is None else written

    def changes_shape(self) -> bool:
        """Whether the block gives another shape than it gets; where there is no block, nothing came before."""
        return self.position is None or self.position.changes_shape()

    def replaces_stride(self) -> bool:
        """Whether a dilation stands in for the stride of the block."""
        return self.position is not None and set(self.position.replaced) != {1}
