"""Which shortcut a block gets, and why."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.ir import Node, Shortcut
from resnetgen.layers.scope import Stop
from resnetgen.ops.conv import Conv
from resnetgen.ops.group_norm import GroupNorm
from resnetgen.ops.identity import Identity
from resnetgen.ops.operator import Operator, Window, by_axis
from resnetgen.ops.pad_channels import pad_channels
from resnetgen.ops.pool import AvgPool
from resnetgen.ops.same_avg_pool import SameAvgPool
from resnetgen.ops.slots import NormKind


class Around(NamedTuple):
    """The branch that a shortcut leads around: channels on either side, its stride, and how it normalizes.

    `replaced` is the stride that dilation stands in for, 1 along each axis where it does not. `at` is the path of what
    uses the block; `asked_at` that of the spec's `shortcut`, empty where it has none; `norm_at` that of its norm.
    """

    in_channels: int
    out_channels: int
    stride: tuple[int, ...]
    replaced: tuple[int, ...]
    branch: tuple[Node, ...]
    norm: NormKind
    order: tuple[str, ...]
    at: Path
    asked_at: Path
    norm_at: Path

    def matches(self) -> bool:
        """Whether what comes out has the shape of what goes in, as far as channels and stride can tell."""
        return self.in_channels == self.out_channels and set(self.stride) == {1}

    def difference(self) -> str:
        """How the two sides differ, in words."""
        words = []
        if self.in_channels != self.out_channels:
            words.append(f"{self.in_channels} channels become {self.out_channels}")
        if set(self.stride) != {1}:
            words.append(f"stride {self.stride[0] if len(set(self.stride)) == 1 else by_axis(self.stride)}")
        return " and ".join(words) or "the shapes match"


def shortcut(asked: str, around: Around) -> Shortcut:
    """The shortcut for a block whose spec asks for `asked`.

    Raises:
        Stop: a pad shortcut would have to drop channels.
    """
    if asked == "none":
        return Shortcut("none", "the spec asks for a plain network")
    if asked == "identity":
        return Shortcut("identity", "the spec asks for it")
    if asked != "projection" and around.matches():
        return Shortcut("identity", "the shapes match")
    if asked == "pad":
        return _pad(around)
    why = around.difference() if asked != "projection" else f"the spec asks for it; {around.difference()}"
    averaged = asked == "avg_projection"
    operators = _projection(around, averaged)
    nodes = tuple(Node(str(index), operator, 0) for index, operator in enumerate(operators))
    return Shortcut("avg_projection" if averaged else "projection", why, nodes, _tap(around.branch))


def _projection(around: Around, averaged: bool) -> list[Operator]:
    """A 1x1 convolution with the block's stride, after a mean over the stride where `averaged` (arXiv:1812.01187)."""
    ones, zeros = (1,) * len(around.stride), (0,) * len(around.stride)
    stride = ones if averaged else around.stride
    normalized = around.order.index("norm") > around.order.index("conv")
    norm = _norm(around) if normalized else None
    conv = Conv(
        around.in_channels,
        around.out_channels,
        Window(ones, stride, zeros, ones),
        bias=normalized and norm is None,
    )
    pool = [_mean(around)] if averaged else []
    return [*pool, conv, *([norm] if norm else [])]


def _norm(around: Around) -> Operator | None:
    """The block's norm, over what leaves the projection; that of the branch may be another one."""
    channels = around.out_channels
    operator = around.norm.operator(channels, len(around.stride))
    if isinstance(operator, GroupNorm) and channels % operator.groups:
        message = f"the projection's group norm of {operator.groups} groups does not divide {channels} channels"
        raise _stop("RG303", message, around.norm_at, around, f"use a divisor of {channels}")
    return operator


def _stop(code: str, message: str, at: Path, around: Around, help: str) -> Stop:
    """A fault where something was written that a block elsewhere cannot follow."""
    used = () if at[: len(around.at)] == around.at else ((Place(around.at, Part.KEY), "used here"),)
    return Stop(Fault(code, message, Place(at), related=used, help=help))


def _mean(around: Around) -> Operator:
    ones, zeros = (1,) * len(around.stride), (0,) * len(around.stride)
    if around.stride != ones:
        return AvgPool(Window(around.stride, around.stride, zeros, ones, ceil=True), counts_padding=False)
    if around.replaced != ones:
        return SameAvgPool(around.replaced)
    return Identity()


def _pad(around: Around) -> Shortcut:
    if around.out_channels < around.in_channels:
        message = f"a pad shortcut can only add channels, and here {around.in_channels} become {around.out_channels}"
        raise _stop("RG306", message, around.asked_at, around, "use `shortcut: projection`")
    operator = pad_channels(around.in_channels, around.out_channels, around.stride)
    return Shortcut("pad", around.difference(), (Node("", operator, 0),))


def _tap(branch: tuple[Node, ...]) -> int:
    """Where a projection reads: after the norms and activations that the branch begins with.

    In a pre-activation block the projection shares them with the branch (arXiv:1603.05027, section 5, and its authors'
    code); in the others the branch begins with a convolution, and this is the block's input.
    """
    return next((index for index, node in enumerate(branch) if node.operator.role not in ("norm", "act")), 0)
