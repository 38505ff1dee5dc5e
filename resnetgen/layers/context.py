"""Contexts for lowering layers: facts of the whole network, and of the current block, stem or head."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.frozen import Frozen
from resnetgen.layers.settings import Settings, number, width_key
from resnetgen.ops.activation import ActivationSlot
from resnetgen.ops.convolution_slot import ConvolutionSlot
from resnetgen.ops.norms import NormKind
from resnetgen.ops.registry import AntialiasKind
from resnetgen.ops.slot import chosen
from resnetgen.schema.layouts import Layout, Naming

IsInherited = Callable[[Path], bool]
"""Tells whether a base of the spec wrote what is at a path."""


def never_inherited(path: Path) -> bool:
    """Return False: the spec has no base."""
    return False


class NetworkContext(Frozen):
    """Facts of the whole network: axes, layout, default norm, activation and convolution, number of blocks.

    `is_inherited` tells what a base of the spec wrote. In a draft, blocks of the spec's own types are shared with other
    drafts, although these may have written the types elsewhere.
    """

    rank: int
    layout: Layout
    convolution: ConvolutionSlot
    norm: NormKind
    act: ActivationSlot
    blocks: int
    is_inherited: IsInherited = never_inherited
    is_draft: bool = False

    @cached_property
    def number(self) -> int:
        """A number that is equal for contexts that differ only in the number of blocks and in what is inherited."""
        return number((self.rank, self.layout, self.convolution, self.norm, self.act))


class Position(NamedTuple):
    """The place of a block: its input and output channels, stride and dilation.

    `stride` is what layers with `stride: here` have, and `fixed_stride` the product of the strides that the block type
    writes as numbers. `first_dilation` is the dilation of the layers up to the strided one, `dilation` that of the
    layers after it. `replaced` is the stride that the dilation replaces, 1 along an axis without one. `at` is the path
    of the block in the spec, `in_channels_at` that of its input channels, `channels_at` that of its output channels.
    `variance` is the expected variance of its input, where a layer of its type asks for that.
    """

    in_channels: int
    out_channels: int
    stride: tuple[int, ...]
    fixed_stride: tuple[int, ...]
    dilation: tuple[int, ...]
    first_dilation: tuple[int, ...]
    replaced: tuple[int, ...]
    at: Path
    in_channels_at: Path
    channels_at: Path
    variance: float = 1.0

    def numbers(self) -> tuple[object, ...]:
        """Return everything but the paths."""
        return (
            self.in_channels,
            self.out_channels,
            self.stride,
            self.fixed_stride,
            self.dilation,
            self.first_dilation,
            self.replaced,
            self.variance,
        )

    def changes_shape(self) -> bool:
        """Return True if channels or stride make the output shape differ from the input shape."""
        return self.in_channels != self.out_channels or self.strides()

    def strides(self) -> bool:
        """Return True if any layer of the branch strides."""
        return set(self.stride) != {1} or set(self.fixed_stride) != {1}


class BlockContext(Frozen):
    """Facts of the current block, or of the stem or head, which have no settings and no position.

    `at` is the path of the thing being lowered, for faults; `layers_at` the path of its list of layers in the spec, or
    None for a built-in block type. `widths` are those that its layers may use. `on_shortcut` is true for the layers of
    a shortcut, whose operators are numbered one by one, and `opens_stage` for the layers before the blocks of a stage,
    whose operators are numbered likewise.
    """

    network: NetworkContext
    naming: Naming
    at: Path
    layers_at: Path | None
    settings: Settings = Settings()
    widths: Mapping[str, int] = MappingProxyType({})
    position: Position | None = None
    on_shortcut: bool = False
    opens_stage: bool = False

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return self.network.rank

    @cached_property
    def convolution(self) -> ConvolutionSlot:
        """The default convolution of layers."""
        found: ConvolutionSlot | None = self.settings.get("convolution")
        return self.network.convolution if found is None else found.over(self.network.convolution)

    @cached_property
    def norm(self) -> NormKind:
        """The default norm of layers."""
        found: NormKind = self.settings.get("norm", self.network.norm)
        return found

    @cached_property
    def act(self) -> ActivationSlot:
        """The default activation of layers."""
        found: ActivationSlot = self.settings.get("act", self.network.act)
        return found

    @cached_property
    def antialias(self) -> AntialiasKind | None:
        """The default anti-aliasing of strided convolutions; none on a shortcut."""
        found: AntialiasKind | None = None if self.on_shortcut else chosen(self.settings.get("antialias"))
        return found

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The order of convolution, normalization and activation in a layer."""
        return self.settings.order

    def written_at(self, key: str) -> Path | None:
        """Return the path of the value of a key, None if only a built-in block type sets it."""
        if key in self.settings.origins:
            return self.settings.origins[key]
        return tuple(key.split(".")) if key.partition(".")[0] in ("norm", "convolution") else None

    def width_written_at(self, name: str) -> Path | None:
        """Return the path of the value of a width, None if only a built-in block type sets it."""
        if self.position is not None and name in ("in", "out"):
            return self.position.in_channels_at if name == "in" else self.position.channels_at
        return self.settings.origins.get(width_key(name))

    def origin(self, key: str) -> Path:
        """Return the path of a setting, or else that of the thing being lowered."""
        written = self.written_at(key)
        return self.at if written is None else written

    def changes_shape(self) -> bool:
        """Return True if the block's output shape differs from its input shape, or if there is no block."""
        return self.position is None or self.position.changes_shape()

    def replaces_stride(self) -> bool:
        """Return True if a dilation replaces the stride of the block."""
        return self.position is not None and set(self.position.replaced) != {1}
