"""The batches and input sizes that an exported file takes, where they are fewer than the network's.

torch.export fixes some sizes by how a convolution lays out its output in memory. Such a file rejects a batch of one
sample, or a size at which a map has a single pixel while those of the example had more, or the other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import NamedTuple

from torch import Tensor

from resnetgen.analysis.input_domain import InputDomain
from resnetgen.analysis.shape_inference import Trace, trace
from resnetgen.errors import RunError
from resnetgen.export.example_inputs import accepted_size, noise, smallest_size
from resnetgen.ir.network import Network
from resnetgen.ops.window import by_axis

Size = tuple[int, ...]

MAX_GROWTH = 64
"""The most that the input size is multiplied by to find one at which every map has several pixels."""

MAX_VALUES = 4_000_000
"""The most values in an input that is run beside those that are compared."""


class Runner(NamedTuple):
    """An exported file that runs beside its network.

    Attributes:
        network: The network's description.
        domain: The input sizes that the network takes; None if they are too many to search.
        takes: Returns whether the file takes a batch (N, C, ...). It raises RunError if the outputs differ.
    """

    network: Network
    domain: InputDomain | None
    takes: Callable[[Tensor], bool]

    def accepts(self, samples: int, size: Size) -> bool:
        """Return whether the file takes a batch of an input size that the network takes.

        Args:
            samples: the number of samples.
            size: the size in pixels along each axis.

        Raises:
            RunError: the outputs differ.
        """
        return self.takes(noise(self.network, samples, size))


def describe_limits(runner: Runner, traced: Trace, samples: int) -> list[str]:
    """Return notes on the batches and sizes that the network takes and the file does not; none if it takes all.

    Args:
        runner: the file and the network.
        traced: the network's trace, at a size that the file takes.
        samples: a number of samples that the file takes.
    """
    try:
        return [*_batch_limit(runner, traced, samples), *_size_limits(runner, traced, samples)]
    except RunError as error:
        return [f"at another size: {error.message}"]


def _batch_limit(runner: Runner, traced: Trace, samples: int) -> list[str]:
    if samples == 1 or traced.min_batch > 1 or runner.accepts(1, traced.input[1:]):
        return []
    return ["the file takes no batch of a single sample; the network does"]


def _size_limits(runner: Runner, traced: Trace, samples: int) -> list[str]:
    own, least = traced.input[1:], smallest_size(traced.network)
    found = []
    if least is not None and not runner.accepts(samples, least):
        taken = _smallest_taken(runner, samples, least, own)
        found.append(f"the file takes sizes from {by_axis(taken)} up; the network from {by_axis(least)} up")
    elif runner.domain is not None and len(own) > 1:
        sides = [axis.smallest for axis in runner.domain.axes]
        taken = tuple(_smallest_taken_along(runner, samples, own, side, axis) for axis, side in enumerate(sides))
        if taken != tuple(sides):
            found.append(f"the file takes sizes from {by_axis(taken)} up; the network takes smaller ones")
    large = _size_of_several_pixels(traced, runner.domain)
    if large is not None and not runner.accepts(samples, large):
        taken = tuple(_largest_taken(runner, samples, own, large, axis) for axis in range(len(own)))
        found.append(f"the file takes sizes up to {by_axis(taken)}; the network takes larger ones")
    return found


def _smallest_taken(runner: Runner, samples: int, least: Size, own: Size) -> Size:
    """Return the smallest size that the file takes, on the straight way from one that it rejects to one that it takes.

    It takes every size that is not below this along any axis: no map of those has fewer pixels.
    """
    steps = max(one - other for one, other in zip(own, least, strict=True))
    low, high = 0, steps
    while high - low > 1:
        middle = (low + high) // 2
        size = _between(runner.domain, least, own, middle, steps)
        taken = not trace(runner.network, size).faults and runner.accepts(samples, size)
        low, high = (low, middle) if taken else (middle, high)
    return _between(runner.domain, least, own, high, steps)


def _between(domain: InputDomain | None, least: Size, own: Size, step: int, steps: int) -> Size:
    """Return a size that works, so many steps from `least` to `own`."""
    found = (one + (other - one) * step // steps for one, other in zip(least, own, strict=True))
    return accepted_size(domain, tuple(found))


def _smallest_taken_along(runner: Runner, samples: int, own: Size, least: int, axis: int) -> int:
    """Return the smallest extent along an axis that the file takes, with those of `own` along the others."""
    low, high = least - 1, own[axis]
    while high - low > 1:
        middle = (low + high) // 2
        size = (*own[:axis], middle, *own[axis + 1 :])
        if trace(runner.network, size).faults or runner.accepts(samples, size):
            high = middle
        else:
            low = middle
    return high


def _largest_taken(runner: Runner, samples: int, own: Size, large: Size, axis: int) -> int:
    """Return the largest extent along an axis that the file takes, with those of `own` along the others."""
    low, high = own[axis], large[axis] + 1
    while high - low > 1:
        middle = (low + high) // 2
        size = (*own[:axis], middle, *own[axis + 1 :])
        if trace(runner.network, size).faults or runner.accepts(samples, size):
            low = middle
        else:
            high = middle
    return low


def _size_of_several_pixels(traced: Trace, domain: InputDomain | None) -> Size | None:
    """Return a larger size at which every map has several pixels along each axis; None if the own one is that already.

    It is None too if no such size is near.
    """
    if not _has_single_pixel(traced):
        return None
    factor = 2
    while factor <= MAX_GROWTH:
        size = accepted_size(domain, tuple(factor * extent for extent in traced.input[1:]))
        larger = trace(traced.network, size)
        if not larger.faults and not _has_single_pixel(larger):
            return size if traced.network.channels * prod(size) <= MAX_VALUES else None
        factor *= 2
    return None


def _has_single_pixel(traced: Trace) -> bool:
    """Return whether a map that a window makes has a single pixel along an axis."""
    steps = [*traced.stem, *(step for stage in traced.stages for part in stage.parts for step in part.trace.steps())]
    steps += traced.head_steps
    return any(1 in step.output[1:] for step in steps if step.node.operator.receptive_window() is not None)
