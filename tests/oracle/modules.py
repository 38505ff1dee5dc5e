"""The modules of a naive network that torch does not have, for tests/oracle/network.py."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import takewhile

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Axes = tuple[int, ...]
Output = Tensor | dict[str, Tensor]


class Impossible(Exception):
    """The language forbids what the spec asks for."""


class FrozenNorm(nn.Module):
    """Batch norm from four buffers, the same in training and after it."""

    def __init__(self, channels: int, eps: float) -> None:
        super().__init__()
        self.eps = eps
        for name, value in {"weight": 1, "bias": 0, "running_mean": 0, "running_var": 1}.items():
            self.register_buffer(name, torch.full((channels,), float(value)))

    def forward(self, x: Tensor) -> Tensor:
        weight, bias, mean, variance = self.buffers()
        return F.batch_norm(x, mean, variance, weight, bias, False, 0.0, self.eps)


class Divided(nn.GroupNorm):
    """Group norm, which torch lets one construct with any number of groups."""

    def __init__(self, groups: int, channels: int, eps: float) -> None:
        if channels % groups:
            raise Impossible(f"{groups} groups of {channels} channels")
        super().__init__(groups, channels, eps)


class DropPath(nn.Module):
    """Stochastic depth. It is never run while training here: only its rate is compared."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        assert not self.training
        return x


class PadChannels(nn.Module):
    """Every stride-th pixel, and channels of zeros."""

    def __init__(self, extra: int, stride: Axes, zeros: str = "behind") -> None:
        super().__init__()
        if extra < 0:
            raise Impossible(f"{-extra} channels to drop")
        self.before = extra // 2 if zeros == "both" else 0
        self.behind = extra - self.before
        self.steps = (slice(None), slice(None), *(slice(None, None, step) for step in stride))

    def forward(self, x: Tensor) -> Tensor:
        x = x[self.steps]
        before, behind = (x.new_zeros(x.shape[0], count, *x.shape[2:]) for count in (self.before, self.behind))
        return torch.cat([before, x, behind], 1)


class Mean(nn.Module):
    """The mean over windows at stride 1, with zeros around, one more behind than before where that is odd."""

    def __init__(self, kernel: Axes) -> None:
        super().__init__()
        self.kernel = kernel

    def forward(self, x: Tensor) -> Tensor:
        for axis, extent in enumerate(self.kernel, 2):
            before, after = (extent - 1) // 2, extent // 2
            zeros = [x.new_zeros(*x.shape[:axis], count, *x.shape[axis + 1 :]) for count in (before, after)]
            x = torch.cat([zeros[0], x, zeros[1]], axis).unfold(axis, extent, 1).mean(-1)
        return x


class Flat(nn.Module):
    """All values of a map in one vector; `size` is the only one that the weights after it take, None for any."""

    def __init__(self, size: Axes | None = None) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        if self.size is not None and x.shape[2:] != self.size:
            raise Impossible(f"a map of {tuple(x.shape[2:])} for weights over {self.size}")
        return x.reshape(len(x), -1)


class Directions(nn.Module):
    """Each vector, or each pixel, at length one."""

    def forward(self, x: Tensor) -> Tensor:
        return x / x.square().sum(1, keepdim=True).sqrt().clamp(min=1e-12)


class GlobalPool(nn.Module):
    """The whole map as one pixel."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def forward(self, x: Tensor) -> Tensor:
        return self.pooled(x.flatten(2)).reshape(len(x), -1, *(1,) * (x.dim() - 2))

    def pooled(self, flat: Tensor) -> Tensor:
        mean, most = flat.mean(2), flat.amax(2)
        both = {"avg": mean, "max": most, "avg_plus_max": mean + most, "avg_concat_max": torch.cat([mean, most], 1)}
        return flat.sum(2) if self.kind == "sum" else both[self.kind]


class PowerMean(GlobalPool):
    """The p-th root of the mean of p-th powers, by way of logarithms."""

    def __init__(self, p: float = 3.0, eps: float = 1e-6) -> None:
        super().__init__("gem")
        self.p = nn.Parameter(torch.tensor([p]))
        self.eps = eps

    def pooled(self, flat: Tensor) -> Tensor:
        logs = flat.clamp(min=self.eps).log() * self.p
        return ((logs.logsumexp(2) - math.log(flat.shape[2])) / self.p).exp()


class Moments(GlobalPool):
    """Mean and standard deviation."""

    def __init__(self, eps: float = 1e-5) -> None:
        super().__init__("stats")
        self.eps = eps

    def pooled(self, flat: Tensor) -> Tensor:
        mean = flat.mean(2)
        variance = (flat - mean.unsqueeze(2)).square().mean(2)
        return torch.cat([mean, torch.sqrt(variance + self.eps)], 1)


def global_pool(kind: str, options: Mapping[str, float]) -> GlobalPool:
    """Return the pool of a word and its options."""
    special: dict[str, type[PowerMean] | type[Moments]] = {"gem": PowerMean, "stats": Moments}
    return special[kind](**options) if kind in special else GlobalPool(kind)


class Residual(nn.Module):
    """A block. The two sides of its addition have to be of one shape: torch would repeat a map of one pixel."""

    def __init__(
        self,
        branch: list[nn.Module],
        joined: list[nn.Module],
        around: list[nn.Module],
        kind: str,
        tap: int,
        stride: Axes,
        *,
        shortcut_first: bool,
    ) -> None:
        super().__init__()
        if shortcut_first:
            self.around = nn.ModuleList(around)
        self.branch = nn.ModuleList(branch)
        self.joined = nn.ModuleList(joined)
        self.around = nn.ModuleList(around)
        self.ends: list[nn.Module] = []
        self.kind = kind
        self.tap = tap
        self.stride = stride

    def added(self) -> float:
        """Return the variance that the branch adds: the square of the factors at its end.

        Behind an attention, the first of several factors belongs to the attention.
        """
        does = [module for module in self.branch if not isinstance(module, nn.Identity | nn.Dropout | DropPath)]
        ends = list(takewhile(lambda module: isinstance(module, Times), reversed(does)))
        before = does[-len(ends) - 1] if len(ends) < len(does) else None
        if len(ends) > 1 and type(before).__module__.endswith(".attention"):
            ends.pop()
        return math.prod(module.factor for module in ends if isinstance(module, Times)) ** 2

    def brings(self, variance: float) -> float:
        """Return the variance that the shortcut adds, for that of the block's input."""
        if self.kind == "none":
            return 0.0
        return 1.0 if self.tap else variance

    def forward(self, x: Tensor) -> Tensor:
        brought = x
        for index, module in enumerate(self.branch):
            if index == self.tap:
                brought = x
            x = module(x)
        if self.kind != "none":
            for module in self.around:
                brought = module(brought)
            if brought.shape != x.shape:
                raise Impossible(f"{tuple(brought.shape)} + {tuple(x.shape)}")
            x = brought + x
        for module in self.joined:
            x = module(x)
        return x


class NaiveNetwork(nn.Module):
    """Stem, stages and heads. Each head reads the last map; the name of a single one is empty."""

    def __init__(
        self,
        stem: list[nn.Module],
        stages: dict[str, list[nn.Module]],
        heads: dict[str, list[nn.Module]],
        wanted: Sequence[str] | None,
        pairs: list[tuple[str, nn.Module]],
    ) -> None:
        super().__init__()
        self.stem = nn.ModuleList(stem)
        self.stages = nn.ModuleList(nn.ModuleList(blocks) for blocks in stages.values())
        self.names = list(stages)
        self.head_names = list(heads)
        self.top = nn.ModuleList(nn.ModuleList(modules) for modules in heads.values())
        self.wanted = wanted
        self.pairs = pairs
        self.kept: list[nn.Module] = []
        self.stem_end = len(stem)

    def train(self, mode: bool = True) -> NaiveNetwork:
        super().train(mode)
        for norm in self.kept:
            norm.training = False
        return self

    def forward(self, x: Tensor) -> Output:
        x, maps = self.through(x)
        if self.wanted is not None and not self.head_names:
            return {name: maps[name] for name in self.wanted}
        found = {}
        for name, modules in self.heads():
            found[name] = x
            for module in modules:
                found[name] = module(found[name])
        single = found.get("")
        return found if single is None else single

    def heads(self) -> list[tuple[str, nn.ModuleList]]:
        """Return the modules of the heads by name."""
        return [
            (name, modules)
            for name, modules in zip(self.head_names, self.top, strict=True)
            if isinstance(modules, nn.ModuleList)
        ]

    def feature_maps(self, x: Tensor) -> dict[str, Tensor]:
        """The maps that the spec names."""
        if self.wanted is None:
            return {}
        maps = self.through(x)[1]
        return {name: maps[name] for name in self.wanted}

    def through(self, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the last map, and all maps by name."""
        maps = {}
        for number, module in enumerate(self.stem, 1):
            x = module(x)
            if number == self.stem_end:
                maps["stem"] = x.clone()
        for name, blocks in zip(self.names, self.stages, strict=True):
            assert isinstance(blocks, nn.ModuleList)
            for block in blocks:
                x = block(x)
            maps[name] = x
        return x, maps


class Standardized(nn.Module):
    """Each channel less a number, over another one."""

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.pairs = list(zip(mean, std, strict=True))

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([(x[:, index] - mean) / std for index, (mean, std) in enumerate(self.pairs)], 1)


class Times(nn.Module):
    """A map times a constant."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        return self.factor * x
