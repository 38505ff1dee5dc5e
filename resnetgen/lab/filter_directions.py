"""Random directions from the weights of a network, normalized by filter, and moves along them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

Direction = Mapping[str, Tensor]
"""A tensor for each parameter that moves, by its name."""


def random_direction(network: nn.Module, generator: torch.Generator) -> Direction:
    """Return a direction of normal noise, each filter with the norm of the network's (Li et al. 2018, section 4).

    A filter is a part d of a weight w along its first axis; it becomes d |w| / |d|. Parameters of one axis, the biases
    and those of norms, are left out.

    Args:
        network: the network.
        generator: gives the noise, on the CPU.
    """
    found = {}
    for name, weight in network.named_parameters():
        if weight.dim() > 1:
            noise = torch.randn(weight.shape, generator=generator).to(weight)
            axes = tuple(range(1, weight.dim()))
            norms = [torch.linalg.vector_norm(each.detach(), dim=axes, keepdim=True) for each in (weight, noise)]
            found[name] = noise * norms[0] / norms[1].clamp_min(1e-12)
    return found


@contextmanager
def moved(network: nn.Module, *steps: tuple[Direction, float]) -> Iterator[None]:
    """Move the weights along directions for the time of a `with` block; after it, they are the same to the bit.

    Args:
        network: the network.
        steps: directions, each with the distance to go.
    """
    parameters = dict(network.named_parameters())
    before = {name: parameters[name].detach().clone() for direction, _ in steps for name in direction}
    try:
        with torch.no_grad():
            for direction, distance in steps:
                for name, each in direction.items():
                    parameters[name].add_(each, alpha=distance)
        yield
    finally:
        with torch.no_grad():
            for name, weight in before.items():
                parameters[name].copy_(weight)


def places(extent: float, points: int) -> list[float]:
    """Return distances at equal steps, from minus the extent to the extent; of one point, zero.

    Example:
        >>> places(0.5, 3)
        [-0.5, 0.0, 0.5]
    """
    return [extent * (2 * number / (points - 1) - 1) for number in range(points)] if points > 1 else [0.0]
