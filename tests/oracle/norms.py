"""The normalizations of a naive network that torch has not for maps, for tests/oracle/network.py."""

from __future__ import annotations

from decimal import Decimal

import torch
from torch import Tensor, nn

from tests.oracle.modules import Impossible


class Affine(nn.Module):
    """A learned scale and shift for each channel, after a normalization."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.beside(self.weight, x) + self.beside(self.bias, x)

    def beside(self, values: Tensor, x: Tensor) -> Tensor:
        return values.reshape(-1, *(1,) * (x.dim() - 2))


class EvoNorm(Affine):
    """EvoNorm-S0: x * sigmoid(v * x) divided by the deviation in groups (arXiv:2004.02967)."""

    def __init__(self, channels: int, groups: int, eps: float) -> None:
        super().__init__(channels)
        if channels % groups:
            raise Impossible(f"{groups} groups of {channels} channels")
        self.groups, self.eps = groups, eps
        self.v = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        flat = x.float().reshape(len(x), self.groups, -1)
        variance = (flat - flat.mean(2, keepdim=True)).square().mean(2) + self.eps
        deviation = variance.sqrt().repeat_interleave(x.shape[1] // self.groups, 1).to(x.dtype)
        deviation = deviation.reshape(*x.shape[:2], *(1,) * (x.dim() - 2))
        return super().forward(x * torch.sigmoid(x * self.beside(self.v, x)) / deviation)


class ResponseNorm(Affine):
    """Filter response normalization with a thresholded linear unit (arXiv:1911.09737)."""

    def __init__(self, channels: int, eps: float, *, thresholds: bool) -> None:
        super().__init__(channels)
        self.eps = eps
        if thresholds:
            self.tau = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        power = x.float().flatten(2).square().mean(2) + self.eps
        x = super().forward(x / power.sqrt().to(x.dtype).reshape(*x.shape[:2], *(1,) * (x.dim() - 2)))
        return torch.maximum(x, self.beside(self.tau, x)) if hasattr(self, "tau") else x


class PixelNorm(Affine):
    """Layer normalization over the channels, of a pixel or a vector (arXiv:1607.06450)."""

    def __init__(self, channels: int, eps: float) -> None:
        super().__init__(channels)
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        centred = x.float() - x.float().mean(1, keepdim=True)
        variance = centred.square().mean(1, keepdim=True)
        return super().forward((centred / (variance + self.eps).sqrt()).to(x.dtype))


class PixelPower(nn.Module):
    """Division by the root mean square of the channels, of a pixel or a vector (arXiv:1910.07467)."""

    def __init__(self, channels: int, eps: float) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        power = x.float().pow(2).sum(1, keepdim=True) / x.shape[1]
        x = (x.float() / (power + self.eps).sqrt()).to(x.dtype)
        return x * self.weight.reshape(-1, *(1,) * (x.dim() - 2))


class Halves(nn.Module):
    """Instance normalization of the first channels, batch normalization of the rest (arXiv:1807.09441)."""

    def __init__(self, channels: int, rank: int, ratio: float, eps: float, momentum: float) -> None:
        super().__init__()
        count = int(channels * Decimal(repr(ratio)))
        if count in (0, channels):
            raise Impossible(f"{ratio} of {channels} channels")
        self.sizes = [count, channels - count]
        self.IN = getattr(nn, f"InstanceNorm{rank}d")(count, eps, affine=True)
        self.BN = getattr(nn, f"BatchNorm{rank}d")(channels - count, eps, momentum)

    def forward(self, x: Tensor) -> Tensor:
        first, rest = torch.split(x, self.sizes, 1)
        return torch.cat([self.IN(first), self.BN(rest)], 1)
