"""Modules for the slots of a naive block: blur, other kinds of convolution, branch scales, drop block."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from tests.oracle.attention import Act, mean, only, pixels
from tests.oracle.modules import Axes, Impossible

Norm = Callable[[int], list[nn.Module]]


def standardized(conv: nn.Module, eps: float, gamma: float = 0.0, first: float = 1.0) -> nn.Module:
    """Return a convolution with weight standardization: filters of mean 0 and variance 1.

    With `gamma`, they are scaled by it, by the root of their size and by a gain for each, which is `first` at first.
    """
    assert isinstance(conv, nn.Conv1d | nn.Conv2d | nn.Conv3d)
    if conv.weight[0].numel() == 1:
        raise Impossible("a filter of one weight has no variance")

    if gamma:
        ones = (1,) * (conv.weight.dim() - 1)
        conv.register_parameter("gain", nn.Parameter(torch.full((len(conv.weight), *ones), float(first))))

    def forward(x: Tensor) -> Tensor:
        flat = conv.weight.flatten(1)
        flat = (flat - flat.mean(1, keepdim=True)) / (flat.var(1, unbiased=False, keepdim=True) + eps).sqrt()
        if gamma:
            flat = flat * conv.get_parameter("gain").flatten(1) * gamma / flat.shape[1] ** 0.5
        out: Tensor = conv._conv_forward(x, flat.reshape(conv.weight.shape), conv.bias)
        return out

    conv.forward = forward  # type: ignore[assignment, method-assign]  # in place of its own
    return conv


class Blur(nn.Module):
    """Binomial weights over a window along each axis, with a stride."""

    def __init__(self, size: int, stride: Axes, mirrors: bool) -> None:
        super().__init__()
        self.size = size
        self.stride = stride
        self.mirrors = mirrors

    def forward(self, x: Tensor) -> Tensor:
        taps = torch.ones(1, dtype=x.dtype)
        for _ in range(self.size - 1):
            taps = (torch.cat([taps, taps.new_zeros(1)]) + torch.cat([taps.new_zeros(1), taps])) / 2
        for axis, stride in enumerate(self.stride, 2):
            x = (self.padded(x, axis, self.size // 2).unfold(axis, self.size, stride) * taps).sum(-1)
        return x

    def padded(self, x: Tensor, axis: int, count: int) -> Tensor:
        """The map with pixels on either side along an axis: its own in a mirror, or zeros."""
        extent = x.shape[axis]
        if not self.mirrors:
            zeros = x.new_zeros(*x.shape[:axis], count, *x.shape[axis + 1 :])
            return torch.cat([zeros, x, zeros], axis)
        if count >= extent:
            raise Impossible(f"a mirror of {count} pixels of {extent}")
        before, after = x.narrow(axis, 1, count), x.narrow(axis, extent - 1 - count, count)
        return torch.cat([before.flip(axis), x, after.flip(axis)], axis)


class SplitAttention(nn.Module):
    """Split attention: several splits of maps, each channel weighted by a softmax over the splits."""

    def __init__(self, conv: nn.Module, out: int, inside: int, groups: int, radix: int, norm: Norm, act: Act) -> None:
        super().__init__()
        rank = len(getattr(conv, "kernel_size"))  # noqa: B009  # of whatever class it is
        self.radix, self.groups, self.out = radix, groups, out
        self.conv = conv
        self.bn0 = only(norm(out * radix))
        self.act0 = only(act(out * radix))
        self.fc1 = pixels(out, inside, rank, groups)
        self.bn1 = only(norm(inside))
        self.act1 = only(act(inside))
        self.fc2 = pixels(inside, out * radix, rank, groups)

    def forward(self, x: Tensor) -> Tensor:
        x = self.act0(self.bn0(self.conv(x)))
        parts = torch.split(x, self.out, 1)
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        logits = self.fc2(self.act1(self.bn1(self.fc1(mean(total)))))
        weights = self.weights(logits.flatten(1)).reshape(-1, self.radix, self.out, *(1,) * (x.dim() - 2))
        return torch.stack([weights[:, index] * part for index, part in enumerate(parts)]).sum(0)

    def weights(self, logits: Tensor) -> Tensor:
        """For each split, the weights of its channels: those of each group lie next to one another in the logits."""
        if self.radix == 1:
            return logits.sigmoid()
        width = self.out // self.groups
        groups = torch.split(logits, width * self.radix, 1)
        each = torch.stack([group.reshape(-1, self.radix, width).softmax(1) for group in groups], 2)
        return each.reshape(len(logits), self.radix * self.out)


class MultiScale(nn.Module):
    """Groups of channels in a row, each convolved with the one before; in a block that begins, each by itself."""

    def __init__(
        self, convs: list[nn.Module], norms: list[nn.Module], act: list[nn.Module], pool: nn.Module | None
    ) -> None:
        super().__init__()
        self.convs = nn.ModuleList(convs)
        self.bns = nn.ModuleList(norms)
        self.act = only(act)
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        parts: Sequence[Tensor] = x.chunk(len(self.convs) + 1, 1)
        done: list[Tensor] = []
        for index, conv in enumerate(self.convs):
            given = parts[index] if self.pool is not None or not done else done[-1] + parts[index]
            if done and self.pool is None and done[-1].shape != parts[index].shape:
                raise Impossible(f"{tuple(done[-1].shape)} + {tuple(parts[index].shape)}")
            given = conv(given)
            done.append(self.act(self.bns[index](given) if len(self.bns) else given))
        return torch.cat([*done, parts[-1] if self.pool is None else self.pool(parts[-1])], 1)


class SelectiveKernel(nn.Module):
    """Selective kernels: convolutions of several sizes, each channel weighted by a softmax over them."""

    def __init__(
        self, units: list[tuple[nn.Module, nn.Module, nn.Module]], select: list[nn.Module], *, split: bool
    ) -> None:
        super().__init__()
        names = ("conv", "bn", "act")
        self.paths = nn.ModuleList(nn.ModuleDict(dict(zip(names, unit, strict=True))) for unit in units)
        self.attn = nn.ModuleDict(dict(zip(("fc_reduce", "bn", "act", "fc_select"), select, strict=True)))
        self.split = split

    def forward(self, x: Tensor) -> Tensor:
        given = x.chunk(len(self.paths), 1) if self.split else [x] * len(self.paths)
        done = []
        for part, path in zip(given, self.paths, strict=True):
            out = part
            for module in path.children():
                out = module(out)
            done.append(out)
        logits = mean(sum(done[1:], done[0]))
        for module in self.attn.children():
            logits = module(logits)
        weights = torch.stack(logits.chunk(len(done), 1)).softmax(0)
        return (torch.stack(done) * weights).sum(0)


class PixelLinear(nn.Linear):
    """A matrix applied to the channels of each pixel."""

    def forward(self, x: Tensor) -> Tensor:
        given = torch.einsum("oi,bip->bop", self.weight, x.flatten(2)).reshape(len(x), -1, *x.shape[2:])
        for bias in [value for name, value in self.named_parameters() if name == "bias"]:
            given = given + bias.reshape(-1, *(1,) * (x.dim() - 2))
        return given


class BranchScale(nn.Module):
    """A map multiplied by a learned scale."""

    def __init__(self, name: str, count: int, first: float) -> None:
        super().__init__()
        self.register_parameter(name, nn.Parameter(torch.full((count,), float(first))))

    def forward(self, x: Tensor) -> Tensor:
        (factors,) = self.parameters()
        return x * factors.reshape(-1, *(1,) * (x.dim() - 2))


class DropBlock(nn.Module):
    """DropBlock. Training never runs here: only its parameters are compared."""

    def __init__(self, rate: float, size: int) -> None:
        super().__init__()
        self.rate = rate
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        assert not self.training
        return x
