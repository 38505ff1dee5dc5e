"""The input domain: for which input sizes a network works.

Spatial arithmetic is a composition of floor and ceil divisions, so what it does along an axis repeats with the total
stride: one period of sizes, above the smallest that fits, tells about all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from math import prod

from resnetgen.analysis.shape_inference import trace
from resnetgen.frozen import Frozen
from resnetgen.ir.network import Block, Network, Node

MAX_PERIOD = 4096
"""A total stride above this is not searched."""

MAX_START = 100_000

QUICK_BUDGET = 20_000
"""Sizes times runs of blocks that are searched along an axis where nobody asked for the domain: a tenth of a second."""

AXIS_NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""What the axes of an input are called, by how many there are."""


class AxisDomain(Frozen):
    """Along one axis: sizes from `smallest` on work whose remainder by `period` is among `remainders`.

    `smallest` is the least size that every window fits in; no smaller one works.
    """

    smallest: int
    period: int
    remainders: frozenset[int]

    def __contains__(self, size: int) -> bool:
        return size >= self.smallest and size % self.period in self.remainders

    def describe(self) -> str:
        """In words: `64 and up`, `64 and up, where the remainder by 32 is 0`."""
        if len(self.remainders) == self.period:
            return f"{self.smallest} and up"
        if not self.remainders:
            return "none"
        kept = ", ".join(map(str, sorted(self.remainders)[:8])) + (", ..." if len(self.remainders) > 8 else "")
        return f"{self.smallest} and up, where size mod {self.period} is {kept}"


def input_domain(network: Network, *, soon: bool = False) -> tuple[AxisDomain, ...] | None:
    """The domain along each axis, or None where the total stride is too large to search, or to search soon.

    Instance and group norm also refuse a map of a single pixel; a trace of a size tells of that.
    """
    runs = sum(len(stage.runs) for stage in network.stages)
    longest = min(MAX_PERIOD, QUICK_BUDGET // runs) if soon else MAX_PERIOD
    axes = tuple(_axis_domain(network, axis, longest) for axis in range(network.rank))
    return None if any(found is None for found in axes) else tuple(found for found in axes if found is not None)


def smallest_size(axes: tuple[AxisDomain, ...]) -> tuple[int, ...]:
    """The smallest size of a domain, none of whose axes is empty."""
    return tuple(next(size for size in count(axis.smallest) if size in axis) for axis in axes)


def small_working_size(network: Network) -> tuple[int, ...]:
    """The smallest size at which a network works and its last map has two pixels along each axis.

    A map of one pixel would look the same however it was strided. The network's own size is the answer where no smaller
    one is found, or where the domain is too large to be searched.
    """
    axes = input_domain(network)
    if axes is None:
        return network.size
    found = tuple(
        _of_two_pixels(network, axis, sizes, own)
        for axis, (sizes, own) in enumerate(zip(axes, network.size, strict=True))
    )
    return network.size if trace(network, found).faults else found


def _of_two_pixels(network: Network, axis: int, sizes: AxisDomain, own: int) -> int:
    wide = (size for size in range(sizes.smallest, own) if size in sizes)
    return next((size for size in wide if (_through_stages(network, axis, size)[1] or 0) > 1), own)


def describe_domain(axes: tuple[AxisDomain, ...]) -> str:
    """`height and width: 33 and up`."""
    by_words: dict[str, list[str]] = {}
    for name, axis in zip(AXIS_NAMES[len(axes)], axes, strict=True):
        by_words.setdefault(axis.describe(), []).append(name)
    return "; ".join(f"{_join_names(names)}: {words}" for words, names in by_words.items())


def _join_names(names: list[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _axis_domain(network: Network, axis: int, longest: int) -> AxisDomain | None:
    period = prod(_strides(network, axis))
    if period > longest:
        return None
    smallest = _smallest_fitting(network, axis)
    if smallest is None:
        return None
    sizes = range(smallest, smallest + period)
    return AxisDomain(smallest, period, frozenset(n % period for n in sizes if _outcome(network, axis, n) == "works"))


def _strides(network: Network, axis: int) -> Iterable[int]:
    for node in network.stem + network.head:
        yield _stride(node, axis)
    for stage in network.stages:
        for run in stage.runs:
            step = prod(_stride(node, axis) for node in run.block.branch)
            yield step ** min(run.repeat, 20)  # 20 strides of two pass the longest period already


def _stride(node: Node, axis: int) -> int:
    window = node.operator.window()
    return 1 if window is None else window.stride[axis]


def _smallest_fitting(network: Network, axis: int) -> int | None:
    """Fitting is monotonous: doubling finds a size that fits, halving the least."""
    high = 1
    while _outcome(network, axis, high) == "too small":
        high *= 2
        if high > MAX_START:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _outcome(network, axis, middle) == "too small" else (low, middle)
    return high


def _outcome(network: Network, axis: int, size: int) -> str:
    """`works`, `too small`, or `differs` where the sides of an addition do."""
    agrees, extent = _through_stages(network, axis, size)
    if extent is None or _through(network.head, axis, extent) is None:
        return "too small"
    return "works" if agrees else "differs"


def _through_stages(network: Network, axis: int, size: int) -> tuple[bool, int | None]:
    """Whether the sides of all additions agree, and what is left of a size after the last stage, if anything is."""
    extent: int | None = _through(network.stem, axis, size)
    all_agree = True
    for stage in network.stages:
        for run in stage.runs:
            left = run.repeat
            while left and extent is not None:
                before = extent
                agrees, extent = _through_block(run.block, axis, extent)
                all_agree = all_agree and agrees
                left = 0 if extent == before else left - 1
    return all_agree, extent


def _through_block(block: Block, axis: int, extent: int) -> tuple[bool, int | None]:
    result = _through(block.branch, axis, extent)
    tapped = _through(block.branch[: block.shortcut.tap], axis, extent)
    around = None if tapped is None else _through(block.shortcut.nodes, axis, tapped)
    if result is None or around is None:
        return False, None
    return block.shortcut.kind == "none" or around == result, _through(block.post_add, axis, result)


def _through(nodes: Iterable[Node], axis: int, extent: int) -> int | None:
    for node in nodes:
        if extent < node.operator.min_size(axis):
            return None
        window = node.operator.window()
        if window is None:
            continue
        extent = window.extent(extent, axis)
        if extent < 1:
            return None
    return extent
