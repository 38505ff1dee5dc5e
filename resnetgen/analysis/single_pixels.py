"""The input sizes at which a norm has a map of a single pixel, which an instance norm rejects.

A group norm of one channel per group then has a single value per sample and group. PyTorch rejects that for a batch of
one sample. Both hold in training and in evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple

from resnetgen.ir.network import Block, Head, Network, Node
from resnetgen.ops.composite import Composite, norms
from resnetgen.ops.operator import Operator
from resnetgen.work_budget import WorkBudget

MAX_EXTENT = 100_000
"""The largest size that is searched."""

Size = tuple[int, ...]


class SinglePixels(NamedTuple):
    """The sizes at which a norm has a single pixel, and what then happens.

    Attributes:
        refused: Each of these sizes is rejected, and so is every size that is no larger along any axis.
        pairs: At each of these sizes, and at every size that is no larger along any axis, a batch needs two samples.
        min_batch: The fewest samples of a batch at all other sizes.
    """

    refused: tuple[Size, ...] = ()
    pairs: tuple[Size, ...] = ()
    min_batch: int = 1


def is_within(size: Size, bounds: Iterable[Size]) -> bool:
    """Return whether a size is no larger than one of these along any axis."""
    return any(all(extent <= most for extent, most in zip(size, bound, strict=True)) for bound in bounds)


def single_pixels(network: Network, budget: WorkBudget) -> SinglePixels:
    """Return the sizes at which a norm of a network has a single pixel.

    Args:
        network: the network.
        budget: the work that the search may do, in operators visited.

    Raises:
        WorkLimitError: the budget is spent.
    """
    pooled = [node for head in network.heads for node in head.nodes[len(_before_pool(head)) :]]
    fewest = max((_fewest_after_pool(node.operator, network.rank) for node in pooled), default=1)
    nodes = [*network.stem, *(node for head in network.heads for node in _before_pool(head))]
    nodes += (node for stage in network.stages for run in stage.runs for node in run.block.nodes())
    budget.spend(len(nodes))
    limits = {operator: _limit(operator, network.rank) for operator in {node.operator for node in nodes}}
    limited = {operator: limit for operator, limit in limits.items() if limit != _NONE}
    if not limited:
        return SinglePixels(min_batch=fewest)
    axes = [_Axis(network, axis, frozenset(limited), budget) for axis in range(network.rank)]
    bounds = [(limited[operator], bound) for operator, bound in _bounds(axes)]
    return SinglePixels(
        _largest(bound for limit, bound in bounds if limit.refuses),
        _largest(bound for limit, bound in bounds if limit.pairs),
        max(fewest, *(limit.min_batch for limit in limited.values())),
    )


def _before_pool(head: Head) -> tuple[Node, ...]:
    """Return the operators of a head that see a map."""
    return tuple(takewhile(lambda node: not (node.operator.is_global or node.operator.role == "flatten"), head.nodes))


def _fewest_after_pool(operator: Operator, rank: int) -> int:
    """Return the fewest samples of a batch for an operator that has a single pixel at each input size."""
    return max((norm.min_batch(shape) for norm, shape in norms(operator, (1, *(1,) * rank))), default=1)


class _Limit(NamedTuple):
    """Effects of an operator's norms: of a single pixel, and on a batch of maps of any size."""

    refuses: bool = False
    pairs: bool = False
    min_batch: int = 1


_NONE = _Limit()


def _limit(operator: Operator, rank: int) -> _Limit:
    """Return the limit of an operator, by what its norms say of a map of one pixel and of larger ones."""
    if not operator.is_norm and not isinstance(operator, Composite):  # the usual case
        return _NONE
    pixel, large = ([*norms(operator, (1, *(extent,) * rank))] for extent in (1, MAX_EXTENT))
    min_batch = max((norm.min_batch(shape) for norm, shape in large), default=1)
    return _Limit(
        refuses=any(norm.shape_error(shape) is not None for norm, shape in pixel),
        pairs=any(norm.min_batch(shape) > min_batch for norm, shape in pixel),
        min_batch=min_batch,
    )


def _bounds(axes: list[_Axis]) -> Iterator[tuple[Operator, Size]]:
    """Yield each operator in question and, for each of its uses, the largest size at which it has a single pixel."""
    large = [axis.extents(MAX_EXTENT) for axis in axes]
    for place in large[0]:
        for repeat in range(max(len(extents.get(place, ())) for extents in large)):
            yield place.operator, tuple(axis.largest_single(place, repeat) for axis in axes)


def _largest(bounds: Iterator[Size]) -> tuple[Size, ...]:
    """Return the bounds that no other one covers, sorted; without those that no size is within."""
    found = {bound for bound in bounds if min(bound) > 0}
    return tuple(sorted(bound for bound in found if not is_within(bound, found - {bound})))


class _Place(NamedTuple):
    """An operator in question: the number of its run of blocks, 0 for stem and heads, and its position there."""

    run: int
    position: int
    operator: Operator


class _Axis:
    """Follows sizes along one axis of a network, and keeps the extents that leave the operators in question."""

    def __init__(self, network: Network, axis: int, operators: frozenset[Operator], budget: WorkBudget) -> None:
        self._network = network
        self._axis = axis
        self._operators = operators
        self._budget = budget
        self._known: dict[int, dict[_Place, list[int]]] = {}
        self._too_small: set[int] = set()

    def extents(self, size: int) -> dict[_Place, list[int]]:
        """Return the extents at each place, of every block of a run until they no longer change.

        They end where a size is too small for a window.

        Raises:
            WorkLimitError: the budget is spent.
        """
        if size not in self._known:
            found: dict[_Place, list[int]] = {}
            self._known[size] = found
            self._follow(size, found)
        return self._known[size]

    def largest_single(self, place: _Place, repeat: int) -> int:
        """Return the largest size at which a block of a run has a single pixel at a place; 0 if there is none.

        Extents never shrink as the size grows.
        """
        low, high = 0, 1
        while high <= MAX_EXTENT and self._is_single(high, place, repeat):
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._is_single(middle, place, repeat) else (low, middle)
        return low

    def _is_single(self, size: int, place: _Place, repeat: int) -> bool:
        extents = self.extents(size).get(place, [])
        if repeat >= len(extents) and (size in self._too_small or not extents):
            return True
        return extents[min(repeat, len(extents) - 1)] == 1

    def _follow(self, size: int, found: dict[_Place, list[int]]) -> None:
        network = self._network
        extent = self._through(network.stem, size, found, 0, 0)
        for number, run in enumerate((run for stage in network.stages for run in stage.runs), 1):
            for _ in range(run.repeat):
                previous = extent
                extent = self._through_block(run.block, extent, found, number)
                if extent == previous:
                    break
        reached, first = [extent], len(network.stem)
        for head in network.heads:
            own = _before_pool(head)
            reached.append(self._through(own, extent, found, 0, first))
            first += len(own)
        if not all(reached):
            self._too_small.add(size)

    def _through_block(self, block: Block, extent: int, found: dict[_Place, list[int]], number: int) -> int:
        tap, branch = block.shortcut.tap, len(block.branch)
        reached = self._through(block.branch[:tap], extent, found, number, 0)
        self._through(block.shortcut.nodes, reached, found, number, branch)
        result = self._through(block.branch[tap:], reached, found, number, tap)
        return self._through(block.post_add, result, found, number, branch + len(block.shortcut.nodes))

    def _through(
        self, nodes: tuple[Node, ...], extent: int, found: dict[_Place, list[int]], number: int, first: int
    ) -> int:
        """Return the extent that leaves the nodes, 0 where the size is too small; keep those of places on the way."""
        self._budget.spend(len(nodes) + 1)
        for index, node in enumerate(nodes, first):
            if extent < node.operator.min_size(self._axis):
                return 0
            window = node.operator.receptive_window()
            extent = extent if window is None else max(window.extent(extent, self._axis), 0)
            if extent and node.operator in self._operators:
                found.setdefault(_Place(number, index, node.operator), []).append(extent)
        return extent
