"""The layer `{conv: 3, to: 64}`: a convolution with its normalization and activation."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.fields import HERE, Extent, ExtentOrHere, Flag, Model, Padding, RateOrHere, Width, WidthOrHere
from resnetgen.expression import number
from resnetgen.layers.scope import Scope
from resnetgen.ops.conv import Conv
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.operator import Window
from resnetgen.ops.slots import Act, Norm


class ConvLayer(Model):
    """A convolution, its normalization and its activation, in the order that holds where it stands."""

    numbered: ClassVar[bool] = True

    conv: Extent
    to: Width
    stride: ExtentOrHere = 1
    padding: Padding | None = None
    dilation: ExtentOrHere = 1
    groups: WidthOrHere = number(1)
    bias: Flag | None = None
    dropout: RateOrHere = 0.0
    norm: Norm | None = None
    act: Act | None = None

    def lay(self, scope: Scope) -> None:
        """Place its operators."""
        scope.unit += 1
        for part in scope.order:
            {"conv": self._conv, "norm": self._norm, "act": self._act}[part](scope)

    def _conv(self, scope: Scope) -> None:
        rate = scope.dropout(self.dropout)
        if rate:
            scope.add(Dropout(rate))
        operator = self.operator(scope)
        scope.add(operator)
        scope.channels = operator.out_channels
        scope.strided = scope.strided or self.stride == HERE

    def operator(self, scope: Scope) -> Conv:
        """The convolution itself, its groups checked."""
        kernel, dilation = scope.axes(self.conv, "conv"), scope.dilation(self.dilation)
        if self.padding is None:
            padding = tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
        else:
            padding = scope.axes(self.padding, "padding")
        window = Window(kernel, scope.stride(self.stride), padding, dilation)
        out_channels, groups = scope.width(self.to, "to"), scope.groups(self.groups)
        _divide(scope, groups, out_channels, self.groups == HERE)
        return Conv(scope.channels, out_channels, window, groups, self._has_bias(scope))

    def _has_bias(self, scope: Scope) -> bool:
        """By default only where no normalization follows, which would take the bias away again."""
        if self.bias is not None:
            return self.bias
        norm = scope.norm if self.norm is None else self.norm
        return norm.type == "none"

    def _norm(self, scope: Scope) -> None:
        scope.normalize(scope.norm if self.norm is None else self.norm)

    def _act(self, scope: Scope) -> None:
        scope.activate(scope.act if self.act is None else self.act)


def _divide(scope: Scope, groups: int, out_channels: int, here: bool) -> None:
    for channels, which in ((scope.channels, "come in"), (out_channels, "go out")):
        if channels % groups:
            message = f"{groups} groups do not divide the {channels} channels that {which}"
            raise scope.fault("RG303", message, "groups", here=here, help=f"use a divisor of {channels}")
