"""The layer `{conv: 3, to: 64}`: a convolution with its normalization and activation."""

from functools import lru_cache
from typing import ClassVar

from resnetgen.layers.builder import Scope
from resnetgen.ops.activation import Act, ActivationSlot
from resnetgen.ops.antialias import SIDES
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.operator import Window
from resnetgen.ops.registry import (
    Antialias,
    AntialiasKind,
    Convolution,
    DropBlockOrHere,
    HereSlot,
    Norm,
    NormKind,
    SpatialKind,
    SpatialOrHere,
    chosen,
)
from resnetgen.ops.spatial import Unit
from resnetgen.schema.fields import HERE, Extent, ExtentOrHere, Flag, Padding, Width, WidthOrHere
from resnetgen.schema.numbers import RateOrHere
from resnetgen.schema.record import Record
from resnetgen.schema.width_expression import number

_ONE = number(1)


class ConvLayer(Record):
    """A convolution, its normalization and its activation, in the order that holds where it stands."""

    numbered: ClassVar[bool] = True

    conv: Extent
    """The kernel, in pixels."""
    to: Width
    """The channels that go out, a width."""
    stride: ExtentOrHere = 1
    """The stride. May be `here`."""
    padding: Padding | None = None
    """Zeros on either side."""
    dilation: ExtentOrHere = 1
    """The distance between the kernel's pixels. May be `here`."""
    groups: WidthOrHere = _ONE
    """Groups of channels that are convolved apart, a width. It must divide the channels on both sides. May be `here`.
    """
    bias: Flag | None = None
    """Whether the convolution adds a bias."""
    dropout: RateOrHere = 0.0
    """The rate of a dropout just before the convolution. May be `here`."""
    drop_block: DropBlockOrHere | None = None
    """A drop block after the norm. May be `here`."""
    convolution: Convolution | None = None
    """How this layer's convolution uses its weights."""
    spatial: SpatialOrHere | None = None
    """The spatial convolution in place of a plain one, its norm and its activation. May be `here`."""
    antialias: Antialias | None = None
    """What takes over the stride."""
    norm: Norm | None = None
    """The normalization of this layer."""
    act: Act | None = None
    """The activation of this layer."""

    def lower(self, scope: Scope) -> None:
        """Place its operators."""
        scope.unit += 1
        stride = scope.stride(self.stride)
        antialias = scope.antialias if self.antialias is None else chosen(self.antialias)
        if self.antialias is not None:
            self._has_stride(scope)
        if antialias is None or not (self.stride == HERE or set(stride) != {1}):
            self._unit(scope, stride)
        else:
            self._smoothed(scope, antialias, stride)
        scope.strided = scope.strided or self.stride == HERE

    def _has_stride(self, scope: Scope) -> None:
        if self.stride != HERE and set(scope.stride(self.stride)) == {1}:
            message = "`antialias` has no effect: this layer has no stride"
            raise scope.fault("RG209", message, "antialias", help="take it out")

    def _smoothed(self, scope: Scope, antialias: AntialiasKind, stride: tuple[int, ...]) -> None:
        """The layer at stride 1, and what strides in its place on one side of it.

        Blocks that do not stride have an identity there, and so the same class as those that do.
        """
        one = (1,) * scope.rank
        strides = stride != one or (self.stride == HERE and scope.replaces())
        for side in SIDES:
            if side == antialias.place:
                scope.shrink(antialias if strides else None, stride, here=self.antialias is None)
            if side == "before":
                self._unit(scope, one)

    def _unit(self, scope: Scope, stride: tuple[int, ...]) -> None:
        """Convolution, norm and activation in order; some convolutions have the latter two inside."""
        norm = scope.norm if self.norm is None else self.norm
        act = scope.act if self.act is None else self.act
        spatial = None if self.spatial is None else self._spatial(scope)
        if spatial is None and not norm.brings_activation and (self.drop_block is None or scope.keeps(self.drop_block)):
            self._plain(scope, stride, norm, act)
            return
        fused = self._fuses(scope, norm, act, inside=spatial is not None)
        last = "conv" if spatial or scope.order.index("norm") < scope.order.index("conv") else "norm"
        for part in scope.order:
            if part == "conv":
                self._convolve(scope, stride, spatial, norm, act)
            elif spatial and scope.order.index(part) > scope.order.index("conv"):
                continue  # it is inside
            elif part == "norm":
                scope.normalize(norm, here=self.norm is None, active=fused)
            elif not fused:
                scope.activate(act)
            if part == last and self.drop_block is not None:
                scope.drop(self.drop_block)

    def _plain(self, scope: Scope, stride: tuple[int, ...], norm: NormKind, act: ActivationSlot) -> None:
        """The same where nothing is inside anything: by far most layers of most networks."""
        for part in scope.order:
            if part == "conv":
                self._convolve(scope, stride, None, norm, act)
            elif part == "norm":
                scope.normalize(norm, here=self.norm is None)
            else:
                scope.activate(act)

    def _fuses(self, scope: Scope, norm: NormKind, act: ActivationSlot, *, inside: bool) -> bool:
        """Whether the norm's own activation takes the place of the layer's; `inside`, that both stand in another."""
        if not norm.brings_activation or act.type == "none":
            return False
        follows = scope.order.index("act") == scope.order.index("norm") + 1
        if self.act is not None and (follows or inside):
            message = f"`act: {act.type}` has no effect: the norm {norm.type} brings an activation of its own"
            raise scope.fault("RG209", message, "act", help="take it out, or write `act: none` for none")
        return follows

    def _spatial(self, scope: Scope) -> SpatialKind | None:
        if isinstance(self.spatial, HereSlot):
            return scope.spatial()
        found: SpatialKind | None = chosen(self.spatial)
        return found

    def _convolve(
        self, scope: Scope, stride: tuple[int, ...], spatial: SpatialKind | None, norm: NormKind, act: ActivationSlot
    ) -> None:
        if self.dropout and (rate := scope.dropout(self.dropout)):
            scope.add(Dropout(rate))
        convolution = scope.convolution if self.convolution is None else self.convolution
        window, out_channels, groups = self._numbers(scope, stride)
        if spatial is None:
            bias = norm.type == "none" if self.bias is None else self.bias
            numbers = scope.channels, out_channels, window, groups, bias
            scope.add(scope.made("convolution", convolution, self.convolution is None, convolution.operator, *numbers))
        else:
            self._no_bias(scope)
            ends = scope.channels, out_channels
            begins = scope.begins() or set(stride) != {1}
            unit = Unit(*ends, window, groups, convolution, norm, act, begins, apart=scope.is_full())
            here = isinstance(self.spatial, HereSlot)
            at = scope.origins.get("spatial", ()) if here else ()
            scope.add(scope.made("spatial", spatial, here, spatial.operator, unit), at=at)
        scope.channels = out_channels

    def _no_bias(self, scope: Scope) -> None:
        if self.bias is not None:
            message = "`bias` has no effect: this layer's convolution is of a kind that knows by itself"
            raise scope.fault("RG209", message, "bias", help="take it out")

    def _numbers(self, scope: Scope, stride: tuple[int, ...]) -> tuple[Window, int, int]:
        """The window, the channels that go out, and the groups, which must divide the channels on both sides."""
        window = _window(
            scope.axes(self.conv, "conv"),
            stride,
            None if self.padding is None else scope.axes(self.padding, "padding"),
            scope.dilation(self.dilation),
        )
        out_channels = scope.width(self.to, "to")
        groups = 1 if self.groups is _ONE else scope.groups(self.groups)
        if groups > 1:
            _divide(scope, groups, out_channels, self.groups == HERE)
        return window, out_channels, groups


@lru_cache(maxsize=1024)
def _window(
    kernel: tuple[int, ...], stride: tuple[int, ...], padding: tuple[int, ...] | None, dilation: tuple[int, ...]
) -> Window:
    """The window; without a padding of its own it keeps the map's size where the kernel is odd and the stride 1."""
    if padding is None:
        padding = tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
    return Window(kernel, stride, padding, dilation)


def _divide(scope: Scope, groups: int, out_channels: int, here: bool) -> None:
    for channels, which in ((scope.channels, "come in"), (out_channels, "go out")):
        if channels % groups:
            message = f"{groups} groups do not divide the {channels} channels that {which}"
            help = f"use a divisor of {channels}"
            raise scope.fault("RG303", message, "groups", here=here, help=help, channels=channels)
