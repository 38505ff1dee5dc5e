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
    """

    smallest: int
    period: int
    remainders: frozenset[int]

    def __contains__(self, size: int) -> bool:
        return size >= self.smallest and size % self.period in self.remainders

    def describe(self) -> str:
        """Return the sizes in words: `64 and up`, `64 and up, where the remainder by 32 is 0`."""
        if len(self.remainders) == self.period:
            return f"{self.smallest} and up"
        if not self.remainders:
            return "none"
        listed = ", ".join(map(str, sorted(self.remainders)[:8])) + (", ..." if len(self.remainders) > 8 else "")
        return f"{self.smallest} and up, where size mod {self.period} is {listed}"


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
        axes = (axes[0].replace(smallest=most + 1),)
        return _with_single_pixels(axes, pixels._replace(refused=()))
    if pixels.min_batch > 1:
        pairs = ()
    return InputDomain(axes, pixels._replace(pairs=pairs, refused=refused))


def smallest_size(domain: InputDomain) -> tuple[int, ...]:
    """Return the smallest size of a domain that is not empty, at equal distances from the smallest of each axis."""
    candidates = (
        tuple(next(size for size in count(axis.smallest + step) if size in axis) for axis in domain.axes)
        for step in count()
    )
    return next(size for size in candidates if size in domain)


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
    smallest = _smallest_fitting(extents)
    if smallest is None:
        return None
    sizes = range(smallest, smallest + period)
    return AxisDomain(smallest, period, frozenset(n % period for n in sizes if extents.outcome(n) == "works"))


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


def _smallest_fitting(extents: AxisExtents) -> int | None:
    """Return the smallest size that fits. Fitting is monotonic: doubling finds a size, bisection the smallest."""
    high = 1
    while extents.outcome(high) == "too small":
        high *= 2
        if high > MAX_START:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if extents.outcome(middle) == "too small" else (low, middle)
    return high
