"""Batches on which a network and its exported file are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, islice

import torch
from torch import Tensor

from resnetgen.analysis.input_domain import AxisDomain, InputDomain
from resnetgen.analysis.input_sizes import input_domain
from resnetgen.analysis.shape_inference import Trace, trace
from resnetgen.ir.network import Network

SEED = 0

MAX_SIZES = 200
"""The number of sizes that are tried."""


def noise(network: Network, samples: int, size: tuple[int, ...]) -> Tensor:
    """Return a batch (N, C, ...) of Gaussian noise, with a fixed seed.

    Args:
        network: the network that the batch is for.
        samples: the number of samples, N.
        size: the size in pixels along each axis.

    Returns:
        The batch, (N, C, ...), float32 on the CPU.
    """
    generator = torch.Generator().manual_seed(SEED)
    return torch.randn(samples, network.channels, *size, generator=generator)


def other_size(found: Trace) -> tuple[int, ...] | None:
    """Return a larger input size that works, with a different extent along each axis; None if none is near.

    Args:
        found: the network's trace, at the size that the other is to differ from.

    Returns:
        The size in pixels along each axis.
    """
    domain, size = input_domain(found.network), found.input[1:]
    starts = (tuple(extent + step for extent in size) for step in count(1))
    return _first_valid(found.network, (_accepted_size(domain, start, range(len(size))) for start in starts))


def smallest_size(network: Network) -> tuple[int, ...] | None:
    """Return the smallest input size that works; None if unknown.

    Args:
        network: the network.

    Returns:
        The size in pixels along each axis.
    """
    domain = input_domain(network)
    if domain is None or domain.is_empty:
        return None
    size = domain.smallest_size()
    return None if trace(network, size).faults else size


def accepted_size(domain: InputDomain | None, size: tuple[int, ...]) -> tuple[int, ...]:
    """Return the next size along each axis that works, from `size` on.

    Args:
        domain: the sizes that work, None if they are unknown.
        size: the size in pixels along each axis.
    """
    return _accepted_size(domain, size, [0] * len(size))


def _accepted_size(domain: InputDomain | None, size: tuple[int, ...], skipped: Iterable[int]) -> tuple[int, ...]:
    """Return, for each axis, the first accepted extent from `size` on, after skipping `skipped` accepted ones."""
    takes = [None] * len(size) if domain is None else domain.axes
    return tuple(_extent(axis, extent, skip) for axis, extent, skip in zip(takes, size, skipped, strict=True))


def _extent(axis: AxisDomain | None, start: int, skip: int) -> int:
    """Return an accepted extent, the axis's last one where there are not as many; a trace then refuses the rest."""
    if axis is None:
        return start + skip
    last = None if axis.largest is None else axis.largest + 1
    sizes = count(start) if last is None else range(start, last)
    return next(islice((n for n in sizes if n in axis), skip, None), start)


def _first_valid(network: Network, sizes: Iterator[tuple[int, ...]]) -> tuple[int, ...] | None:
    """Return the first size that has no fault, such as a norm over a single pixel."""
    return next((size for size in islice(sizes, MAX_SIZES) if not trace(network, size).faults), None)
