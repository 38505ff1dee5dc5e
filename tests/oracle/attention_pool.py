"""The attention pool of a naive network, one head after another, for tests/oracle/network.py."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tests.oracle.modules import Axes, Impossible


class AttentionPool(nn.Module):
    """The mean of all pixels asks the pixels and itself; names as in CLIP."""

    def __init__(self, channels: int, to: int, heads: int | None, size: Axes) -> None:
        super().__init__()
        self.heads = channels / 64 if heads is None else heads
        if self.heads != int(self.heads) or channels % self.heads:
            raise Impossible(f"{self.heads} heads of {channels} channels")
        self.size = size
        pixels = torch.ones(size).numel()
        self.positional_embedding = nn.Parameter(torch.randn(1 + pixels, channels) * channels**-0.5)
        self.q_proj, self.k_proj, self.v_proj = (nn.Linear(channels, channels) for _ in range(3))
        self.c_proj = nn.Linear(channels, to)

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[2:] != self.size:
            raise Impossible(f"a map of {tuple(x.shape[2:])} for positions in {self.size}")
        pixels = list(x.flatten(2).unbind(2))
        mean = torch.stack(pixels).mean(0)
        tokens = torch.stack([mean, *pixels], 1) + self.positional_embedding
        query, keys, values = self.q_proj(tokens[:, 0]), self.k_proj(tokens), self.v_proj(tokens)
        width = x.shape[1] // int(self.heads)
        found = []
        for head in range(0, x.shape[1], width):
            own = slice(head, head + width)
            likeness = torch.einsum("nc,ntc->nt", query[:, own], keys[..., own]) / width**0.5
            found.append(torch.einsum("nt,ntc->nc", likeness.softmax(1), values[..., own]))
        answer: Tensor = self.c_proj(torch.cat(found, 1))
        return answer
