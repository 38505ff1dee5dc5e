"""The layers of a spec as plain torch modules, for tests/naive_network.py."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import nn
from torch.nn.modules import activation

from tests.naive_modules import Axes, Divided, FrozenNorm, Impossible

Make = partial[Any]
"""A module that is not made yet: its class and what it takes. The order of making decides the first weights."""


class Whole(int):
    """A whole number that `/` divides evenly or not at all."""

    def __truediv__(self, other: int) -> Whole:
        if not other or int(self) % int(other):
            raise Impossible(f"{int(self)} / {int(other)}")
        return Whole(int(self) // int(other))

    def __add__(self, other: int) -> Whole:
        return Whole(int(self) + int(other))

    def __sub__(self, other: int) -> Whole:
        return Whole(int(self) - int(other))

    def __mul__(self, other: int) -> Whole:
        return Whole(int(self) * int(other))

    def __floordiv__(self, other: int) -> Whole:
        return Whole(int(self) // int(other))

    def __mod__(self, other: int) -> Whole:
        return Whole(int(self) % int(other))


def width(written: int | str, names: Mapping[str, int]) -> int:
    """What a width comes to: Python's own arithmetic over whole numbers."""
    text = re.sub(r"[A-Za-z_]\w*|\d+", lambda found: _operand(found[0]), str(written))
    try:
        value = int(eval(text, {"Whole": Whole}, {f"_{name}": Whole(number) for name, number in names.items()}))
    except (NameError, ZeroDivisionError) as error:
        raise Impossible(f"{written}: {error}") from None
    if not 1 <= value <= 1_000_000:
        raise Impossible(f"{written} is {value}")
    return value


def _operand(text: str) -> str:
    return f"Whole({text})" if text.isdigit() else f"_{text}"


def per_axis(value: int | Sequence[int], rank: int) -> Axes:
    """One number for each axis."""
    if isinstance(value, int):
        return (value,) * rank
    if len(value) != rank:
        raise Impossible(f"{value} for {rank} axes")
    return tuple(value)


ACTIVATIONS: dict[str, type[nn.Module]] = {name.lower(): getattr(nn, name) for name in activation.__all__}
TORCH_NORMS = [getattr(nn, f"{kind}Norm{rank}d") for kind in ("Batch", "Instance") for rank in (1, 2, 3)]
NORMS = (FrozenNorm, Divided, *TORCH_NORMS)


def activate(said: Any) -> list[Make]:
    """An activation's module; torch's class has the name without the underscores."""
    options = {"type": said} if isinstance(said, str) else dict(said)
    kind = options.pop("type")
    return [] if kind == "none" else [partial(ACTIVATIONS[kind.replace("_", "")], **options)]


def normalize(said: Any, channels: int, rank: int) -> list[Make]:
    """A normalization's module."""
    options: dict[str, Any] = {"type": said} if isinstance(said, str) else dict(said)
    kind, eps = options.pop("type"), options.pop("eps", 1e-5)
    if kind == "none":
        return []
    if kind == "frozen_batch":
        return [partial(FrozenNorm, channels, eps)]
    if kind == "group":
        return [partial(Divided, options.get("groups", 32), channels, eps)]
    if kind == "instance":
        return [partial(getattr(nn, f"InstanceNorm{rank}d"), channels, eps, affine=options.get("affine", True))]
    return [partial(getattr(nn, f"BatchNorm{rank}d"), channels, eps, options.get("momentum", 0.1))]


@dataclass
class LayerBuilder:
    """Lays out a list of layers; it follows the channels and the product of the strides."""

    rank: int
    channels: int
    widths: Mapping[str, int]
    norm: Any
    act: Any
    order: str
    here: Mapping[str, Any] | None = None
    total_stride: Axes = ()
    strided: bool = False

    def __post_init__(self) -> None:
        self.total_stride = (1,) * self.rank

    def lay(self, layers: Sequence[Mapping[str, Any]]) -> list[Make]:
        """The modules of a list of layers."""
        return [make for layer in layers for make in self.layer(layer)]

    def layer(self, layer: Mapping[str, Any]) -> list[Make]:
        if "conv" in layer:
            return self.unit(layer)
        if "max_pool" in layer or "avg_pool" in layer:
            return self.pool(layer)
        if "norm" in layer:
            norm = self.norm if layer["norm"] in ("here", {"type": "here"}) else layer["norm"]
            return normalize(norm, self.channels, self.rank) + activate(layer.get("act", self.act))
        if "act" in layer:
            return activate(self.act if layer["act"] in ("here", {"type": "here"}) else layer["act"])
        rate = self.value(layer, "dropout")
        return [partial(nn.Dropout, rate)] if rate else []

    def value(self, layer: Mapping[str, Any], key: str, default: Any = 0) -> Any:
        """What a layer says, or what the block does where it says `here`."""
        said = layer.get(key, default)
        if said != "here":
            return said
        if self.here is None:
            raise Impossible(f"{key}: here, outside of a block")
        return self.here[key]

    def unit(self, layer: Mapping[str, Any]) -> list[Make]:
        """A convolution with its norm and activation, in the order that holds."""
        norm = layer.get("norm", self.norm)
        made: list[Make] = []
        for part in self.order.split("-"):
            if part == "conv":
                made += self.convolution(layer, norm in ("none", {"type": "none"}))
            elif part == "norm":
                made += normalize(norm, self.channels, self.rank)
            else:
                made += activate(layer.get("act", self.act))
        return made

    def convolution(self, layer: Mapping[str, Any], bias: bool) -> list[Make]:
        kernel = per_axis(layer["conv"], self.rank)
        dilation = self.dilation(layer)
        stride = self.stride(layer, 1)
        same = [d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True)]
        padding = per_axis(layer.get("padding", same), self.rank)
        out, groups = width(layer["to"], self.widths), width(self.value(layer, "groups", 1), self.widths)
        if self.channels % groups or out % groups:
            raise Impossible(f"{groups} groups from {self.channels} to {out}")
        rate = self.value(layer, "dropout")
        kind = getattr(nn, f"Conv{self.rank}d")
        given = layer.get("bias", bias)
        conv = partial(kind, self.channels, out, kernel, stride, padding, dilation, groups, given)
        self.channels = out
        return [*([partial(nn.Dropout, rate)] if rate else []), conv]

    def dilation(self, layer: Mapping[str, Any]) -> Axes:
        """Up to the layer with the block's stride the map is as it came in, and so is the dilation."""
        said = self.value(layer, "dilation", 1)
        if layer.get("dilation") == "here" and not self.strided:
            assert self.here is not None
            said = self.here["first_dilation"]
        return per_axis(said, self.rank)

    def stride(self, layer: Mapping[str, Any], default: Any) -> Axes:
        stride = per_axis(self.value(layer, "stride", default), self.rank)
        self.total_stride = tuple(t * s for t, s in zip(self.total_stride, stride, strict=True))
        self.strided = self.strided or layer.get("stride") == "here"
        return stride

    def pool(self, layer: Mapping[str, Any]) -> list[Make]:
        kind = "max_pool" if "max_pool" in layer else "avg_pool"
        kernel = per_axis(layer[kind], self.rank)
        stride = self.stride(layer, list(kernel))
        padding = per_axis(layer.get("padding", [(extent - 1) // 2 for extent in kernel]), self.rank)
        options = {"ceil_mode": layer["ceil_mode"]} if "ceil_mode" in layer else {}
        if "count_include_pad" in layer:
            options["count_include_pad"] = layer["count_include_pad"]
        module = getattr(nn, f"{'Max' if kind == 'max_pool' else 'Avg'}Pool{self.rank}d")
        return [partial(module, kernel, stride, padding, **options)]


def made(layers: Sequence[Make]) -> list[nn.Module]:
    """The modules themselves, one after another."""
    return [make() for make in layers]
