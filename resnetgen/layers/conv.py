"""The layer `{conv: 3, to: 64}`: a convolution with its normalization and activation."""

from functools import lru_cache
from typing import ClassVar

from resnetgen.expression import number
from resnetgen.fields import HERE, Extent, ExtentOrHere, Flag, Padding, RateOrHere, Width, WidthOrHere
from resnetgen.layers.scope import Scope
from resnetgen.ops.conv import Conv
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.operator import Window
from resnetgen.ops.slots import Act, Norm
from resnetgen.record import Record

_ONE = number(1)


class ConvLayer(Record):
    """A convolution, its normalization and its activation, in the order that holds where it stands."""

    numbered: ClassVar[bool] = True

    conv: Extent
    to: Width
    stride: ExtentOrHere = 1
    padding: Padding | None = None
    dilation: ExtentOrHere = 1
    groups: WidthOrHere = _ONE
    bias: Flag | None = None
    dropout: RateOrHere = 0.0
    norm: Norm | None = None
    act: Act | None = None

    def lay(self, scope: Scope) -> None:
        """Place its operators."""
        scope.unit += 1
        for part in scope.order:
            if part == "conv":
                self._convolve(scope)
            elif part == "norm":
                scope.normalize(scope.norm if self.norm is None else self.norm, here=self.norm is None)
            else:
                scope.activate(scope.act if self.act is None else self.act)

    def _convolve(self, scope: Scope) -> None:
        if self.dropout and (rate := scope.dropout(self.dropout)):
            scope.add(Dropout(rate))
        operator = self.operator(scope)
        scope.add(operator)
        scope.channels = operator.out_channels
        scope.strided = scope.strided or self.stride == HERE

    def operator(self, scope: Scope) -> Conv:
        """The convolution itself, its groups checked."""
        window = _window(
            scope.axes(self.conv, "conv"),
            scope.stride(self.stride),
            None if self.padding is None else scope.axes(self.padding, "padding"),
            scope.dilation(self.dilation),
        )
        out_channels = scope.width(self.to, "to")
        groups = 1 if self.groups is _ONE else scope.groups(self.groups)
        if groups > 1:
            _divide(scope, groups, out_channels, self.groups == HERE)
        return Conv(scope.channels, out_channels, window, groups, self._has_bias(scope))

    def _has_bias(self, scope: Scope) -> bool:
        """By default only where no normalization follows, which would take the bias away again."""
        if self.bias is not None:
            return self.bias
        norm = scope.norm if self.norm is None else self.norm
        return norm.type == "none"


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
            raise scope.fault("RG303", message, "groups", here=here, help=f"use a divisor of {channels}")
