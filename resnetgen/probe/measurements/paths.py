"""The share of the gradient that comes along paths of each length, counted in branches.

Veit, Wilber and Belongie, "Residual Networks Behave Like Ensembles of Relatively Shallow Networks" (2016,
https://arxiv.org/abs/1605.06431), section 4.3: a network of n residual blocks has n-over-k paths through k branches. In
the backward pass, k random blocks let the gradient through their branch alone and all others through their shortcut
alone; the norm at the input, times n-over-k, is what the paths of length k contribute.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import exp, inf, lgamma, log
from random import Random

import torch
from torch import Tensor

from resnetgen.pictures.curves import Axis
from resnetgen.probe.finding import Figure, Finding, Series
from resnetgen.probe.measurement import Measurement
from resnetgen.probe.residual_sums import ResidualSums
from resnetgen.probe.subject import Subject

MOST_LENGTHS = 12
"""The lengths that are sampled; the logarithm of the norm is interpolated between them."""

PATHS = 8
"""The random choices of branches for each length."""

SHARE = 0.95
"""The share of the gradient whose range of lengths is reported."""


def measure(subject: Subject) -> Finding:
    """Measure the norm of the input's gradient along random paths of each length.

    Args:
        subject: the network, with fixed statistics of its norms.

    Returns:
        The share of the gradient by path length. It is a warning if no gradient reaches the input.
    """
    names = [block.name for block in subject.blocks if block.adds]
    if not names:
        text = f"No block adds a shortcut: the gradient has one path, through all {len(subject.blocks)} blocks."
        return Finding((), (), text)
    lengths = _sampled_lengths(len(names))
    norms = {length: _mean_norm(subject, names, length) for length in lengths}
    if not any(norms.values()):
        return Finding((), (), "No gradient reaches the input along any path.", True)
    shares = _shares(len(names), norms)
    low, high = _central_range(shares)
    mean = sum(length * share for length, share in enumerate(shares))
    figures = (Figure("mean path length", mean, "branches"), Figure("residual blocks", len(names), "blocks"))
    through = str(low) if low == high else f"{low} to {high}"
    text = f"{SHARE:.0%} of the gradient comes along paths through {through} of the {len(names)} branches."
    return Finding(figures, (Series("share", tuple(map(float, range(len(shares)))), tuple(shares)),), text)


def _sampled_lengths(blocks: int) -> list[int]:
    steps = min(blocks, MOST_LENGTHS - 1)
    return sorted({round(blocks * step / steps) for step in range(steps + 1)})


def _mean_norm(subject: Subject, names: Sequence[str], length: int) -> float:
    """Return the mean norm of the input's gradient along random paths of one length."""
    random = Random(f"{subject.seed} {length}")
    found: list[float] = []
    while len(found) < PATHS:
        count = min(subject.batch, PATHS - len(found))
        chosen = [set(random.sample(range(len(names)), length)) for _ in range(count)]
        passes = {name: [number in each for each in chosen] for number, name in enumerate(names)}
        found += _norms(subject, passes, count)
    return sum(found) / len(found)


def _norms(subject: Subject, passes: dict[str, list[bool]], count: int) -> list[float]:
    """Return the norm of the input's gradient for each sample, which chooses branches of its own."""

    def gate(block: str, branch: Tensor, shortcut: Tensor) -> Tensor:
        chosen = torch.tensor(passes[block], device=branch.device).view(-1, *(1,) * (branch.dim() - 1))
        through_branch = torch.where(chosen, branch, branch.detach())
        return through_branch + torch.where(chosen, shortcut.detach(), shortcut)

    x = subject.noise(max(count, subject.trace.min_batch), stream=2)[:count].requires_grad_(True)
    with ResidualSums(subject, gate):
        output = subject.network(x)
    subject.backward(output)
    subject.network.zero_grad()
    assert x.grad is not None
    return [float(each.double().norm()) for each in x.grad]


def _shares(blocks: int, norms: dict[int, float]) -> list[float]:
    """Return the share of each length: its mean norm times the number of its paths, divided by the sum."""
    logs = [_log_norm(length, norms) + _log_paths(blocks, length) for length in range(blocks + 1)]
    largest = max(logs)
    weights = [exp(each - largest) for each in logs]
    return [weight / sum(weights) for weight in weights]


def _log_norm(length: int, norms: dict[int, float]) -> float:
    below = max(each for each in norms if each <= length)
    above = min(each for each in norms if each >= length)
    if not norms[below] or not norms[above]:
        return log(norms[length]) if norms.get(length) else -inf
    share = (length - below) / ((above - below) or 1)
    return (1 - share) * log(norms[below]) + share * log(norms[above])


def _log_paths(blocks: int, length: int) -> float:
    """Return the logarithm of n over k."""
    return lgamma(blocks + 1) - lgamma(length + 1) - lgamma(blocks - length + 1)


def _central_range(shares: Sequence[float]) -> tuple[int, int]:
    """Return the first and the last length without the (1 - SHARE) / 2 of the gradient at either end."""
    sums = list(accumulate(shares))
    tail = (1 - SHARE) / 2
    low = next(length for length, sum in enumerate(sums) if sum > tail or length == len(sums) - 1)
    high = next(length for length, sum in enumerate(sums) if sum >= 1 - tail or length == len(sums) - 1)
    return low, high


MEASUREMENT = Measurement(
    "paths",
    "Share of the gradient by path length",
    "Veit, Wilber and Belongie 2016, arXiv:1605.06431",
    Axis("branches on the path", counts=True),
    Axis("share of the gradient"),
    measure,
)
"""Residual networks as ensembles of shallow ones."""
