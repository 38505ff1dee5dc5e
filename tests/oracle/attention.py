"""The attention modules of a naive network, for tests/oracle/network.py; their state dicts are as in timm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log2
from typing import Any

import torch
from torch import Tensor, nn

from tests.oracle.modules import Impossible

Data = Mapping[str, Any]
Act = Callable[[int], list[nn.Module]]

GATES: dict[str, type[nn.Module]] = {
    **{"sigmoid": nn.Sigmoid, "hardsigmoid": nn.Hardsigmoid, "tanh": nn.Tanh},
    **{"relu6": nn.ReLU6, "softsign": nn.Softsign},
}


def named(settings: Any) -> dict[str, Any]:
    """Return a slot's options; a name alone abbreviates `type`."""
    return {"type": settings} if isinstance(settings, str) else dict(settings)


def rounded(value: float, divisor: int, least: int, limit: float) -> int:
    """Round to the nearest multiple, as MobileNet's `make_divisible` does."""
    result = max(least, int(value + divisor / 2) // divisor * divisor)
    return result + divisor if result < limit * value else result


def reduced(channels: int, options: Data, ratio: float, divisor: int) -> int:
    """Return the number of channels inside an attention module."""
    if "width" in options:
        return int(options["width"])
    value, divisor = channels * options.get("ratio", ratio), options.get("divisor", divisor)
    rounding = options.get("rounding", "nearest")
    if rounding == "nearest":
        return rounded(value, divisor, divisor, 0)
    steps = int(value // divisor) if rounding == "down" else int(-(-value // divisor))
    if not steps:
        raise Impossible(f"{value} channels, rounded down")
    return steps * divisor


def pixels(channels: int, out: int, rank: int, groups: int = 1, *, bias: bool = True) -> nn.Module:
    """Return a linear layer over the channels of each pixel."""
    module: nn.Module = getattr(nn, f"Conv{rank}d")(channels, out, 1, groups=groups, bias=bias)
    return module


def mean(x: Tensor) -> Tensor:
    """Return the mean of each channel as a map of one pixel."""
    return x.flatten(2).mean(2).reshape(*x.shape[:2], *(1,) * (x.dim() - 2))


def only(made: list[nn.Module]) -> nn.Module:
    """Return the one module of a list; for an empty list, an identity."""
    return made[0] if made else nn.Identity()


def inner(channels: int, options: Data, act: Act, norm: list[nn.Module], rank: int, divisor: int = 1) -> Perceptron:
    """Return the two layers that most attention modules have."""
    ratio = 1 / 8 if options["type"] == "global_context" else 1 / 16
    bias = options["type"] != "cbam"
    return Perceptron(channels, rank, reduced(channels, options, ratio, divisor), act, norm, bias=bias)


class Perceptron(nn.Module):
    """Two layers over single pixels."""

    NORM = "norm"

    def __init__(
        self, channels: int, rank: int, inside: int, act: Act, norm: list[nn.Module], *, bias: bool = True
    ) -> None:
        super().__init__()
        self.fc1 = pixels(channels, inside, rank, bias=bias)
        if norm:
            setattr(self, self.NORM, norm[0])
        self.act = only(act(inside))
        self.fc2 = pixels(inside, channels, rank, bias=bias)
        self.inside = inside

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.fc2(self.act(self.normalized(self.fc1(x))))
        return out

    def normalized(self, x: Tensor) -> Tensor:
        for axis in (1,) if hasattr(self, "norm") else ():
            centred = x - x.mean(axis, keepdim=True)
            x = centred / (centred.square().mean(axis, keepdim=True) + 1e-6).sqrt()
            norm = self.get_submodule("norm")
            x = x * spread(norm.weight, x) + spread(norm.bias, x)
        return x


def spread(values: Any, x: Tensor) -> Tensor:
    """Reshape one value for each channel so that it broadcasts over a map."""
    beside: Tensor = values.reshape(-1, *(1,) * (x.dim() - 2))
    return beside


class SqueezeExcite(Perceptron):
    """Squeeze-and-excitation: gate each channel by the global averages of all (arXiv:1709.01507)."""

    NORM = "bn"

    def __init__(self, channels: int, rank: int, options: Data, act: Act) -> None:
        inside = reduced(channels, options, 1 / 16, 8)
        super().__init__(channels, rank, inside, act, options["norms"](inside, rank), bias=options.get("bias", True))
        self.gate = GATES[options.get("gate", "sigmoid")]()

    def forward(self, x: Tensor) -> Tensor:
        weights: Tensor = self.gate(super().forward(mean(x)))
        return x * weights

    def normalized(self, x: Tensor) -> Tensor:
        out: Tensor = self.get_submodule("bn")(x) if hasattr(self, "bn") else x
        return out


class EfficientChannelAttention(nn.Module):
    """ECA: gate each channel by the global averages of its neighbours (arXiv:1910.03151)."""

    def __init__(self, channels: int, rank: int, options: Data, act: Act) -> None:
        super().__init__()
        near = int((log2(channels) + 1) / 2)
        kernel = options.get("kernel", max(3, near if near % 2 else near + 1))
        self.conv = nn.Conv1d(1, 1, kernel, padding=(kernel - 1) // 2, bias=False)
        self.gate = GATES[options.get("gate", "sigmoid")]()

    def forward(self, x: Tensor) -> Tensor:
        weights: Tensor = self.gate(self.conv(x.flatten(2).mean(2)[:, None]))[:, 0]
        return x * weights.reshape(*x.shape[:2], *(1,) * (x.dim() - 2))


class Cbam(nn.Module):
    """CBAM: gate the channels, then the pixels (arXiv:1807.06521)."""

    def __init__(self, channels: int, rank: int, options: Data, act: Act) -> None:
        super().__init__()
        gate = GATES[options.get("gate", "sigmoid")]
        kernel = options.get("kernel", 7)
        self.channel = inner(channels, options, act, [], rank)
        conv = getattr(nn, f"Conv{rank}d")(2, 1, kernel, padding=kernel // 2, bias=False)
        both = nn.ModuleDict({"conv": conv, "bn": getattr(nn, f"BatchNorm{rank}d")(1)})
        self.spatial = nn.ModuleDict({"conv": both})
        self.gate = gate()

    def forward(self, x: Tensor) -> Tensor:
        most = x.flatten(2).amax(2).reshape(*x.shape[:2], *(1,) * (x.dim() - 2))
        x = x * self.gate(self.channel(mean(x)) + self.channel(most))
        both = torch.stack([x.mean(1), x.amax(1)], 1)
        unit = self.spatial["conv"]
        assert isinstance(unit, nn.ModuleDict)
        weights: Tensor = self.gate(unit["bn"](unit["conv"](both)))
        return x * weights


class GlobalContext(nn.Module):
    """Global context: a weighted mean of all pixels changes every pixel (arXiv:1904.11492)."""

    def __init__(self, channels: int, rank: int, options: Data, act: Act) -> None:
        super().__init__()
        inside, self.fuse = reduced(channels, options, 1 / 8, 1), options.get("fuse", "scale")
        if inside == 1:
            raise Impossible("a norm over one channel is zero")
        self.conv_attn = pixels(channels, 1, rank)
        if self.fuse != "scale":
            self.mlp_add = inner(channels, options, act, [nn.GroupNorm(1, inside)], rank)
        if self.fuse != "add":
            self.mlp_scale = inner(channels, options, act, [nn.GroupNorm(1, inside)], rank)
        self.gate = GATES[options.get("gate", "sigmoid")]()

    def forward(self, x: Tensor) -> Tensor:
        weights = self.conv_attn(x).flatten(2).softmax(2)
        context = (x.flatten(2) * weights).sum(2).reshape(*x.shape[:2], *(1,) * (x.dim() - 2))
        scaled = x if self.fuse == "add" else x * self.gate(self.mlp_scale(context))
        return scaled if self.fuse == "scale" else scaled + self.mlp_add(context)


class GatherExcite(nn.Module):
    """Gather-excite: gate each channel by what is gathered of it around each pixel (arXiv:1810.12348)."""

    def __init__(self, channels: int, rank: int, options: Data, act: Act) -> None:
        super().__init__()
        self.extent = options.get("extent", "global")
        self.rank = rank
        if options.get("parameters"):
            self.gather = nn.Sequential()
            count = int(log2(self.extent))
            for index in range(1, count + 1):
                conv = getattr(nn, f"Conv{rank}d")(channels, channels, 3, 2, 1, groups=channels, bias=False)
                self.gather.add_module(f"conv{index}", conv)
                self.gather.add_module(f"norm{index}", getattr(nn, f"BatchNorm{rank}d")(channels))
                if index < count:
                    self.gather.add_module(f"act{index}", only(act(channels)))
        self.mlp = inner(channels, options, act, [], rank) if options.get("mlp", True) else nn.Identity()
        self.gate = GATES[options.get("gate", "sigmoid")]()

    def forward(self, x: Tensor) -> Tensor:
        weights: Tensor = self.gate(self.mlp(self.gathered(x)))
        for axis, extent in enumerate(x.shape[2:], 2):
            places = torch.arange(extent, device=x.device) * weights.shape[axis] // extent
            weights = weights.index_select(axis, places)
        return x * weights

    def gathered(self, x: Tensor) -> Tensor:
        if self.extent == "global":
            return mean(x)
        if hasattr(self, "gather"):
            halved: Tensor = self.gather(x)
            return halved
        pool = getattr(nn, f"AvgPool{self.rank}d")
        e = self.extent
        pooled: Tensor = pool(2 * e - 1, e, e - 1, count_include_pad=False)(x)
        return pooled


ATTENTIONS: dict[str, type[nn.Module]] = {
    **{"se": SqueezeExcite, "eca": EfficientChannelAttention, "cbam": Cbam, "global_context": GlobalContext},
    **{"gather_excite": GatherExcite},
}
