"""The input sizes at which a network works.

Spatial arithmetic composes floor and ceil divisions, so its result along an axis repeats with the total stride. One
period of sizes, from the smallest that fits, shows all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from resnetgen.analysis.axis_extents import AxisExtents
from resnetgen.analysis.shape_inference import trace
from resnetgen.analysis.single_pixels import SinglePixels, single_pixels
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

    `smallest` is the least size that every window fits into, and along a single axis also every instance norm.
    `largest` is the last size that works where weights over a flattened map allow a single size of that map; None where
    any larger size may work.
    """

    smallest: int
    period: int
    remainders: frozenset[int]
    largest: int | None = None

    def __contains__(self, size: int) -> bool:
        within = size >= self.smallest and (self.largest is None or size <= self.largest)
        return within and size % self.period in self.remainders

    def next_size(self, size: int) -> int:
        """Return the first size from `size` on that works, or the last one that does."""
        start = max(size, self.smallest)
        following = (extent for extent in range(start, start + self.period) if extent in self)
        most = self.largest or 0
        return next(following, next((each for each in range(most, most - self.period, -1) if each in self), start))

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


class InputDomain(Frozen):
    """The input sizes that a network takes: those along each axis, but for those that leave a norm a single pixel.

    Attributes:
        axes: The sizes along each axis.
        pixels: The sizes that an instance norm rejects, and those at which a group norm needs two samples.
    """

    axes: tuple[AxisDomain, ...]
    pixels: SinglePixels

    def __contains__(self, size: tuple[int, ...]) -> bool:
        fits = all(extent in axis for extent, axis in zip(size, self.axes, strict=True))
        return fits and not _is_within(size, self.pixels.refused)

    def min_batch(self, size: tuple[int, ...]) -> int:
        """Return the fewest samples of a batch of an input size."""
        return max(self.pixels.min_batch, 2 if _is_within(size, self.pixels.pairs) else 1)

    @property
    def is_empty(self) -> bool:
        """True if no size works."""
        return not all(axis.remainders for axis in self.axes)

    def describe(self) -> str:
        """Return the sizes in words: `height and width: 1 and up; not both below 3`."""
        names = AXIS_NAMES[len(self.axes)]
        by_words: dict[str, list[str]] = {}
        for name, axis in zip(names, self.axes, strict=True):
            by_words.setdefault(axis.describe(), []).append(name)
        words = [f"{_join_names(each)}: {text}" for text, each in by_words.items()]
        return "; ".join([*words, *self.describe_pixels()])

    def describe_pixels(self) -> list[str]:
        """Return what norms over a single pixel reject, in words: `not both below 3`."""
        words = [f"not {_describe_bound(bound)}" for bound in self.pixels.refused]
        words += (f"a batch of 2 or more if {_describe_bound(bound)}" for bound in self.pixels.pairs)
        return [*words, *(["a batch of 2 or more"] if self.pixels.min_batch > 1 else [])]


def _is_within(size: tuple[int, ...], bounds: tuple[tuple[int, ...], ...]) -> bool:
    return any(all(extent <= most for extent, most in zip(size, bound, strict=True)) for bound in bounds)


def _describe_bound(bound: tuple[int, ...]) -> str:
    """Return the sizes within a bound in words: `both below 3`, `height below 3 with width below 5`."""
    if len({*bound}) == 1:
        return f"{('', 'both ', 'all ')[len(bound) - 1]}below {bound[0] + 1}"
    return " with ".join(f"{name} below {most + 1}" for name, most in zip(AXIS_NAMES[len(bound)], bound, strict=True))


def input_domain(network: Network, *, quick: bool = False) -> InputDomain | None:
    """Return the input sizes that work, or None if there are too many to search.

    Args:
        network: the network.
        quick: search only what takes about a tenth of a second.
    """
    budget = WorkBudget(QUICK_STEPS if quick else FULL_STEPS)
    try:
        found = [_axis_domain(network, AxisExtents(network, axis, budget)) for axis in range(network.rank)]
        axes = tuple(axis for axis in found if axis is not None)
        return _with_single_pixels(axes, single_pixels(network, budget)) if len(axes) == network.rank else None
    except WorkLimitError:
        return None


def _with_single_pixels(axes: tuple[AxisDomain, ...], pixels: SinglePixels) -> InputDomain:
    """Return the domain of these axes, without bounds that no size is within; along one axis, a bound is a minimum."""
    least = tuple(axis.smallest for axis in axes)
    pairs, refused = (
        tuple(bound for bound in bounds if all(low <= most for low, most in zip(least, bound, strict=True)))
        for bounds in (pixels.pairs, pixels.refused)
    )
    if len(axes) == 1 and refused:
        ((most,),) = refused
        (axis,) = axes
        works = axis.remainders if axis.largest is None or most < axis.largest else frozenset()
        axes = (axis.replace(smallest=most + 1, remainders=works),)
        return _with_single_pixels(axes, pixels._replace(refused=()))
    if pixels.min_batch > 1:
        pairs = ()
    return InputDomain(axes, pixels._replace(pairs=pairs, refused=refused))


def smallest_size(domain: InputDomain) -> tuple[int, ...]:
    """Return the smallest size of a domain, at equal distances from the smallest of each axis.

    If none is in the domain, that is the smallest of each axis.
    """
    farthest = max((extent for bound in domain.pixels.refused for extent in bound), default=0)
    candidates = (tuple(axis.next_size(axis.smallest + step) for axis in domain.axes) for step in range(farthest + 1))
    return next((size for size in candidates if size in domain), tuple(axis.smallest for axis in domain.axes))


def small_working_size(network: Network) -> tuple[int, ...]:
    """Return the smallest size at which the network works and its last map has two pixels along each axis.

    A map of one pixel would look the same with any stride. It is the network's own size if no smaller one is found, or
    if the domain is too large to search.
    """
    domain = input_domain(network)
    if domain is None:
        return network.size
    budget = WorkBudget(FULL_STEPS)
    try:
        smallest = tuple(
            _of_two_pixels(AxisExtents(network, axis, budget), sizes, own)
            for axis, (sizes, own) in enumerate(zip(domain.axes, network.size, strict=True))
        )
    except WorkLimitError:
        return network.size
    return network.size if trace(network, smallest).faults else smallest


def _of_two_pixels(extents: AxisExtents, sizes: AxisDomain, default: int) -> int:
    candidates = (size for size in range(sizes.smallest, default) if size in sizes)
    return next((size for size in candidates if (extents.after_stages(size)[1] or 0) > 1), default)


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
