"""The convolutions of a naive network, plain ones and those with norm and activation inside."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from torch import nn

from tests.oracle.attention import named, only, pixels, rounded
from tests.oracle.modules import Axes, Impossible
from tests.oracle.parts import ACTIVE, Part, activation_of, convolve, made, normalize
from tests.oracle.slots import MultiScale, SelectiveKernel, SplitAttention

Data = Mapping[str, Any]
Window = tuple[Axes, Axes, Axes, Axes]
"""Kernel, stride, padding, dilation."""


COMMON = ("bias", "padding", "padding_mode")
"""What may hold for all convolutions of a network or a block."""


def joined(outer: Any, inner: Any) -> Data:
    """Return what holds inside of a level, by what holds around it and what the level itself says."""
    around, own = named(outer), named(inner)
    kind = around if own.get("type", "here") == "here" else {}
    kept = {key: around[key] for key in COMMON if key in around}
    return {**kept, **kind, **{key: value for key, value in own.items() if value != "here"}}


class Given(NamedTuple):
    """The parameters of a layer's convolution, whatever its kind."""

    norm: Any
    act: Any
    convolution: Any
    bias: bool | None
    window: Window
    groups: int
    channels: int
    out: int

    @property
    def rank(self) -> int:
        return len(self.window[0])

    @property
    def unnormed(self) -> bool:
        return bool(named(self.norm)["type"] == "none")

    def conv(self, channels: int, out: int, groups: int, window: Window | None = None) -> partial[Any]:
        bias = self.convolution.get("bias", self.unnormed)
        return convolve(self.convolution, self.rank, channels, out, *(window or self.window), groups, bias)

    def normed(self, channels: int) -> list[nn.Module]:
        active = named(self.act)["type"] != "none"
        return made(normalize(self.norm, channels, self.rank, active=active))

    def acts(self, channels: int) -> list[nn.Module]:
        return [] if named(self.norm)["type"] in ACTIVE else activation_of(self.act, channels)


def convolution(given: Given, spatial: Data, *, begins: bool, apart: bool) -> Part:
    """The convolution that the slot asks for."""
    kind = spatial["type"]
    if kind == "multi_scale":
        return Part("spatial" if apart else "multi_scale", _multi_scale(given, spatial, begins=begins))
    if kind == "split_attention":
        return Part("spatial", _split_attention(given, spatial))
    if kind == "selective_kernel":
        return Part("spatial", _selective_kernel(given, spatial))
    common = given.convolution.get("bias", given.unnormed)
    bias = common if given.bias is None else given.bias
    numbers = (given.channels, given.out, *given.window, given.groups, bias)
    return Part("conv", convolve(given.convolution, given.rank, *numbers))


def _split_attention(given: Given, options: Data) -> partial[Any]:
    """Return split attention (ResNeSt, arXiv:2004.08955), with its authors' hyperparameters."""
    radix = options.get("radix", 2)
    groups = given.groups * radix
    divisor, least = options.get("divisor", 8), options.get("least", 32)
    inside = rounded(given.channels * radix * options.get("ratio", 0.25), divisor, least, 0.9)
    if given.channels % groups or inside % given.groups:
        raise Impossible(f"{groups} groups of {given.channels} and {inside} channels")
    conv = given.conv(given.channels, given.out * radix, groups)
    numbers = (given.out, inside, given.groups, radix)
    return partial(lambda: SplitAttention(conv(), *numbers, given.normed, given.acts))


def _multi_scale(given: Given, options: Data, *, begins: bool) -> partial[Any]:
    """Return multi-scale convolutions, one group of channels after another (Res2Net, arXiv:1904.01169)."""
    scale = options.get("scale", 4)
    if given.channels != given.out or given.out % (scale * given.groups):
        raise Impossible(f"{scale} scales of {given.groups} groups of {given.channels} and {given.out} channels")
    kernel, stride, padding, dilation = given.window
    if any(2 * p != d * (k - 1) for k, p, d in zip(kernel, padding, dilation, strict=True)):
        raise Impossible(f"a kernel of {kernel} with a padding of {padding}")
    each = given.out // scale
    conv = given.conv(each, each, given.groups)
    pool = getattr(nn, f"AvgPool{given.rank}d") if begins or set(stride) != {1} else None

    def make() -> nn.Module:
        convs = [conv() for _ in range(scale - 1)]
        norms = [norm for _ in convs for norm in given.normed(each)]
        return MultiScale(convs, norms, given.acts(each), pool(3, stride, 1) if pool else None)

    return partial(make)


def _selective_kernel(given: Given, options: Data) -> partial[Any]:
    """Return selective kernels, of several sizes (SKNet, arXiv:1903.06586)."""
    count, split = options.get("paths", 2), options.get("split", True)
    if split and given.channels % (count * given.groups):
        raise Impossible(f"{count} paths of {given.groups} groups of {given.channels} channels")
    reaches = [d * (k - 1) for k, d in zip(given.window[0], given.window[3], strict=True)]
    if not any(reaches) or any(reach % 2 for reach in reaches):
        raise Impossible(f"a kernel of {given.window[0]}")
    inside = rounded(
        given.out * options.get("ratio", 1 / 16), options.get("divisor", 8), options.get("divisor", 8), 0.9
    )
    channels = given.channels // count if split else given.channels

    def make() -> nn.Module:
        units = []
        for times in range(1, count + 1):
            window = _reaching(given.window, times, dilated=options.get("dilated", True))
            conv = given.conv(channels, given.out, given.groups, window)()
            units.append((conv, only(given.normed(given.out)), only(given.acts(given.out))))
        reduce = pixels(given.out, inside, given.rank, bias=given.unnormed)
        norm, act = only(given.normed(inside)), only(given.acts(inside))
        select = [reduce, norm, act, pixels(inside, given.out * count, given.rank, bias=False)]
        return SelectiveKernel(units, select, split=split)

    return partial(make)


def _reaching(window: Window, times: int, *, dilated: bool) -> Window:
    """Return the window that reaches several times as far, with its padding grown to match."""
    kernel, stride, padding, dilation = window
    more = tuple(d * (k - 1) * (times - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
    if dilated:
        dilation = tuple(d * times if k > 1 else d for k, d in zip(kernel, dilation, strict=True))
    else:
        kernel = tuple((k - 1) * times + 1 for k in kernel)
    return kernel, stride, tuple(p + m for p, m in zip(padding, more, strict=True)), dilation
