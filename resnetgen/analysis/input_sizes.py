"""The input sizes at which a network works.

Spatial arithmetic composes floor and ceil divisions, so its result along an axis repeats with the total stride. One
period of sizes, from the smallest that fits, shows all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from math import prod

from resnetgen.analysis.axis_extents import AxisExtents
from resnetgen.analysis.shape_inference import trace
from resnetgen.errors import WorkLimitError
from resnetgen.frozen import Frozen
from resnetgen.ir.network import Network, Node
from resnetgen.work_budget import WorkBudget

MAX_PERIOD = 4096
"""The largest total stride that is searched."""

MAX_START = 100_000
"""The largest smallest size that is searched."""

FULL_STEPS = 1_000_000
"""The most windows that a search passes a size through: half a second."""

QUICK_STEPS = 200_000
"""The same for a quick search: a tenth of a second."""

AXIS_NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""The names of the axes of an input, by their number."""


class AxisDomain(Frozen):
    """The sizes along one axis that work: those from `smallest` on whose remainder by `period` is among `remainders`.

    `smallest` is the least size that every window fits into. `largest` is the last size that works where weights over a
    flattened map allow a single size of that map; None where any larger size may work.
    """

    smallest: int
    period: int
    remainders: frozenset[int]
    largest: int | None = None

    def __contains__(self, size: int) -> bool:
        within = size >= self.smallest and (self.largest is None or size <= self.largest)
        return within and size % self.period in self.remainders

    def is_whole(self) -> bool:
        """Return True if every size from the smallest on works, up to the largest if there is one."""
        if self.largest is None or self.largest - self.smallest >= self.period:
            return len(self.remainders) == self.period
        return len(self.remainders) == self.largest - self.smallest + 1

    def describe(self) -> str:
        """Return the sizes in words: `64 and up`, `193 to 224`, `64 and up, where size mod 32 is 0`."""
        if not self.remainders:
            return "none"
        if self.is_whole():
            return self._bounds()
        listed = ", ".join(map(str, sorted(self.remainders)[:8])) + (", ..." if len(self.remainders) > 8 else "")
        return f"{self._bounds()}, where size mod {self.period} is {listed}"

    def _bounds(self) -> str:
        if self.largest is None:
            return f"{self.smallest} and up"
        return f"{self.smallest} to {self.largest}" if self.largest > self.smallest else f"{self.smallest} alone"


def input_domain(network: Network, *, quick: bool = False) -> tuple[AxisDomain, ...] | None:
    """Return the input sizes along each axis that work, or None if there are too many to search.

    Instance and group norm also reject a map of a single pixel; only a trace shows that.

    Args:
        network: the network.
        quick: search only what takes about a tenth of a second.
    """
    budget = WorkBudget(QUICK_STEPS if quick else FULL_STEPS)
    try:
        axes = tuple(_axis_domain(network, AxisExtents(network, axis, budget)) for axis in range(network.rank))
    except WorkLimitError:
        return None
    return None if any(axis is None for axis in axes) else tuple(axis for axis in axes if axis is not None)


def smallest_size(axes: tuple[AxisDomain, ...]) -> tuple[int, ...]:
    """Return the smallest size of a domain in which no axis is empty."""
    return tuple(next(size for size in count(axis.smallest) if size in axis) for axis in axes)


def small_working_size(network: Network) -> tuple[int, ...]:
    """Return the smallest size at which the network works and its last map has two pixels along each axis.

    A map of one pixel would look the same with any stride. It is the network's own size if no smaller one is found, or
    if the domain is too large to search.
    """
    axes = input_domain(network)
    if axes is None:
        return network.size
    budget = WorkBudget(FULL_STEPS)
    try:
        smallest = tuple(
            _of_two_pixels(AxisExtents(network, axis, budget), sizes, own)
            for axis, (sizes, own) in enumerate(zip(axes, network.size, strict=True))
        )
    except WorkLimitError:
        return network.size
    return network.size if trace(network, smallest).faults else smallest


def _of_two_pixels(extents: AxisExtents, sizes: AxisDomain, default: int) -> int:
    candidates = (size for size in range(sizes.smallest, default) if size in sizes)
    return next((size for size in candidates if (extents.after_stages(size)[1] or 0) > 1), default)


def describe_domain(axes: tuple[AxisDomain, ...]) -> str:
    """Return the sizes in words: `height and width: 33 and up`."""
    by_words: dict[str, list[str]] = {}
    for name, axis in zip(AXIS_NAMES[len(axes)], axes, strict=True):
        by_words.setdefault(axis.describe(), []).append(name)
    return "; ".join(f"{_join_names(names)}: {text}" for text, names in by_words.items())


def _join_names(names: list[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _axis_domain(network: Network, extents: AxisExtents) -> AxisDomain | None:
    period = 1
    for stride in _strides(network, extents.axis):
        period *= stride
        if period > MAX_PERIOD:
            return None
    smallest = _first(extents, ("too small",))
    if smallest is None:
        return None
    if not extents.are_limited():
        largest, end = None, smallest + period
    else:
        beyond = _first(extents, ("too small", "works", "differs"))
        if beyond is None:
            return None
        largest, end = beyond - 1, min(smallest + period, beyond)
    works = frozenset(n % period for n in range(smallest, end) if extents.outcome(n) == "works")
    return AxisDomain(smallest, period, works, largest)


def _strides(network: Network, axis: int) -> Iterable[int]:
    for node in network.stem + network.head:
        yield _stride(node, axis)
    for stage in network.stages:
        for run in stage.runs:
            step = prod(_stride(node, axis) for node in run.block.branch)
            yield step ** min(run.repeat, 20)  # 20 strides of two pass the longest period already


def _stride(node: Node, axis: int) -> int:
    window = node.operator.receptive_window()
    return 1 if window is None else window.stride[axis]


def _first(extents: AxisExtents, before: tuple[str, ...]) -> int | None:
    """Return the first size whose outcome is none of those before it, None if it is too large to search.

    A larger input makes no smaller map, so the outcomes stand in order: doubling finds a size, bisection the first.
    """
    high = 1
    while extents.outcome(high) in before:
        high *= 2
        if high > MAX_START:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if extents.outcome(middle) in before else (low, middle)
    return high
