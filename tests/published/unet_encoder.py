"""The residual encoder of nnU-Net's U-Nets, in plain torch, under the names of dynamic_network_architectures 0.4.4.

That library registers each convolution and norm a second time, as `all_modules`; its files have these tensors twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Unit(nn.Module):
    """A convolution and its norm, with LeakyReLU or without."""

    def __init__(self, rank: int, ends: tuple[int, int], kernel: int, stride: int = 1, *, plain: bool = False) -> None:
        super().__init__()
        convolution, norm = getattr(nn, f"Conv{rank}d"), getattr(nn, f"InstanceNorm{rank}d")
        self.conv = convolution(*ends, kernel, stride, padding=kernel // 2, bias=kernel > 1)
        self.norm = norm(ends[1], affine=True)
        self.nonlin = nn.Identity() if plain else nn.LeakyReLU()

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.nonlin(self.norm(self.conv(x)))
        return found


class EncoderBlock(nn.Module):
    """Two convolutions; on the skip, a mean where the size changes and a 1x1 convolution where the channels do."""

    def __init__(self, rank: int, cin: int, cout: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.conv2 = Unit(rank, (cin, cout), 3, stride), Unit(rank, (cout, cout), 3, plain=True)
        self.nonlin2 = nn.LeakyReLU()
        skip: list[nn.Module] = [getattr(nn, f"AvgPool{rank}d")(stride)] if stride > 1 else []
        skip += [Unit(rank, (cin, cout), 1, plain=True)] if cin != cout else []
        self.skip = nn.Sequential(*skip)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.nonlin2(self.conv2(self.conv1(x)) + self.skip(x))
        return found


class Holder(nn.Module):
    """Modules under the name that the library has for them."""

    def __init__(self, name: str, modules: Sequence[nn.Module]) -> None:
        super().__init__()
        self.add_module(name, nn.Sequential(*modules))

    def forward(self, x: Tensor) -> Tensor:
        for module in self.children():
            x = module(x)
        return x


class UNetEncoder(nn.Module):
    """A stem of one convolution, and stages of which all but the first halve the map; it gives the map of each."""

    def __init__(self, rank: int, channels: Sequence[int], blocks: Sequence[int]) -> None:
        super().__init__()
        self.stem = Holder("convs", [Unit(rank, (1, channels[0]), 3)])
        stages, cin = [], channels[0]
        for index, (count, cout) in enumerate(zip(blocks, channels, strict=True)):
            first = EncoderBlock(rank, cin, cout, 2 if index else 1)
            stages.append(Holder("blocks", [first, *(EncoderBlock(rank, cout, cout, 1) for _ in range(count - 1))]))
            cin = cout
        self.stages = nn.Sequential(*stages)

    def forward(self, x: Tensor) -> list[Tensor]:
        x = self.stem(x)
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps


def randomize(network: nn.Module) -> None:
    """Move the weights of norms away from one and the biases from zero."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for value in network.parameters():
            value.add_(0.05 * torch.randn(value.shape, generator=generator))
