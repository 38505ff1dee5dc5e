"""The input sizes at which a network works.

Spatial arithmetic composes floor and ceil divisions, so its result along an axis repeats with the total stride. One
period of sizes, from the smallest that fits, shows all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import lcm, prod

from resnetgen.analysis.axis_extents import AxisExtents
from resnetgen.analysis.input_domain import AxisDomain, InputDomain
from resnetgen.analysis.shape_inference import trace
from resnetgen.analysis.single_pixels import SinglePixels, single_pixels
from resnetgen.errors import WorkLimitError
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
    for node in network.stem:
        yield _stride(node, axis)
    yield lcm(*(prod(_stride(node, axis) for node in head.nodes) for head in network.heads))
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
