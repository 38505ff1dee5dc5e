"""Batches with which a network and the file that it was exported to are compared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

import torch
from torch import Tensor

from resnetgen.domain import AxisDomain, domain
from resnetgen.ir import Network
from resnetgen.shapes import Trace, trace

SEED = 0

MOST_SIZES = 200
"""Sizes that are looked at for one that works."""


def noise(network: Network, samples: int, size: tuple[int, ...]) -> Tensor:
    """So many samples (N, C, ...) of noise of that size, the same every time."""
    generator = torch.Generator().manual_seed(SEED)
    return torch.randn(samples, network.channels, *size, generator=generator)


def another_size(found: Trace) -> tuple[int, ...] | None:
    """A larger input size that works, another along each axis; None where none is near."""
    network, size = found.network, found.input[1:]
    axes = domain(network)
    return _first_sound(network, (_above(axes, tuple(extent + step for extent in size)) for step in count(1)))


def least_size(network: Network) -> tuple[int, ...] | None:
    """The smallest input size that works; None where that is not known."""
    axes = domain(network)
    if axes is None:
        return None
    return _first_sound(network, (_above(axes, tuple(axis.smallest + step for axis in axes)) for step in count()))


def _above(axes: tuple[AxisDomain, ...] | None, size: tuple[int, ...]) -> tuple[int, ...]:
    """The first size from this on that every axis takes; along each axis one further than along the one before."""
    return tuple(
        next(islice((n for n in count(extent) if axes is None or n in axes[index]), index, None))
        for index, extent in enumerate(size)
    )


def _first_sound(network: Network, sizes: Iterator[tuple[int, ...]]) -> tuple[int, ...] | None:
    """The first of some sizes at which nothing is at fault, such as a norm over a single pixel."""
    return next((size for size in islice(sizes, MOST_SIZES) if not trace(network, size).faults), None)
