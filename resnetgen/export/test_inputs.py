"""Batches with which a network and the file that it was exported to are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, islice

import torch
from torch import Tensor

from resnetgen.analysis.input_sizes import AxisDomain, input_domain
from resnetgen.analysis.shape_inference import Trace, trace
from resnetgen.ir.network import Network

SEED = 0

MOST_SIZES = 200
"""Sizes that are looked at for one that works."""


def noise(network: Network, samples: int, size: tuple[int, ...]) -> Tensor:
    """So many samples (N, C, ...) of noise of that size, the same every time."""
    generator = torch.Generator().manual_seed(SEED)
    return torch.randn(samples, network.channels, *size, generator=generator)


def another_size(found: Trace) -> tuple[int, ...] | None:
    """A larger input size that works, another along each axis; None where none is near."""
    axes, size = input_domain(found.network), found.input[1:]
    starts = (tuple(extent + step for extent in size) for step in count(1))
    return _first_sound(found.network, (_works(axes, start, range(len(size))) for start in starts))


def least_size(network: Network) -> tuple[int, ...] | None:
    """The smallest input size that works; None where that is not known."""
    axes = input_domain(network)
    if axes is None:
        return None
    starts = (tuple(axis.smallest + step for axis in axes) for step in count())
    return _first_sound(network, (_works(axes, start, [0] * len(axes)) for start in starts))


def _works(axes: tuple[AxisDomain, ...] | None, size: tuple[int, ...], skipped: Iterable[int]) -> tuple[int, ...]:
    """A size from this on that every axis takes: the first, once so many that it takes are skipped."""
    takes = [None] * len(size) if axes is None else axes
    return tuple(_extent(axis, extent, skip) for axis, extent, skip in zip(takes, size, skipped, strict=True))


def _extent(axis: AxisDomain | None, start: int, skip: int) -> int:
    return next(islice((n for n in count(start) if axis is None or n in axis), skip, None))


def _first_sound(network: Network, sizes: Iterator[tuple[int, ...]]) -> tuple[int, ...] | None:
    """The first of some sizes at which nothing is at fault, such as a norm over a single pixel."""
    return next((size for size in islice(sizes, MOST_SIZES) if not trace(network, size).faults), None)
