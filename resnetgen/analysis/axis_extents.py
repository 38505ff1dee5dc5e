"""The extent of a map along one axis, from the input through a network.

Most windows keep the extent of every map; a search over many sizes skips them, and blocks that are made of them alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from resnetgen.ir.network import Block, Network, Node
from resnetgen.ops.operator import Operator
from resnetgen.ops.window import Window
from resnetgen.work_budget import WorkBudget


class _Changes(NamedTuple):
    """The operators of a block that change extents or limit them.

    `tap` are those of the branch before the shortcut leaves it; `adds` tells whether the two sides are added.
    """

    branch: tuple[Operator, ...]
    tap: tuple[Operator, ...]
    shortcut: tuple[Operator, ...]
    post_add: tuple[Operator, ...]
    adds: bool
    repeat: int


class _Head(NamedTuple):
    """The operators of a head that change extents or limit them, and the only extent that it takes after these.

    `fixed` is 0 for any extent; operators after one that takes a single extent do not matter.
    """

    before: tuple[Operator, ...]
    fixed: int

    @classmethod
    def of(cls, operators: tuple[Operator, ...], axis: int) -> _Head:
        """Split the operators of a head at the first that takes a single extent."""
        for index, each in enumerate(operators):
            if fixed := each.fixed_size(axis):
                return cls(operators[:index], fixed)
        return cls(operators, 0)


class AxisExtents:
    """Follows sizes along one axis of a network. Each operator that is visited is a step of the budget."""

    def __init__(self, network: Network, axis: int, budget: WorkBudget) -> None:
        self.axis = axis
        self._budget = budget
        self._stem = self._changing(network.stem)
        self._blocks = tuple(self._changing_blocks(network))
        self._heads = tuple(_Head.of(self._changing(head.nodes), axis) for head in network.heads)

    def are_limited(self) -> bool:
        """Return True if something takes a single size, so that there are inputs that are too large."""
        return any(head.fixed for head in self._heads)

    def outcome(self, size: int) -> str:
        """Return `works`, `too small`, `too large`, or `differs` if the two sides of an addition differ.

        Raises:
            WorkLimitError: the budget is spent.
        """
        agrees, extent = self.after_stages(size)
        if extent is None:
            return "too small"
        outcomes = {self._outcome(head, extent) for head in self._heads}
        found = next((each for each in ("too small", "too large") if each in outcomes), "works")
        return found if agrees or found != "works" else "differs"

    def _outcome(self, head: _Head, extent: int) -> str:
        """Return the outcome of an extent after the last stage for a head."""
        passed = self._through(head.before, extent)
        if passed is None or passed < head.fixed:
            return "too small"
        return "too large" if head.fixed and passed > head.fixed else "works"

    def after_stages(self, size: int) -> tuple[bool, int | None]:
        """Return whether the sides of all additions agree, and the extent after the last stage, None if there is none.

        Raises:
            WorkLimitError: the budget is spent.
        """
        extent = self._through(self._stem, size)
        all_agree = True
        for changes in self._blocks:
            remaining = changes.repeat
            while remaining and extent is not None:
                previous = extent
                agrees, extent = self._through_block(changes, extent)
                all_agree = all_agree and agrees
                remaining = 0 if extent == previous else remaining - 1
        return all_agree, extent

    def _through_block(self, changes: _Changes, extent: int) -> tuple[bool, int | None]:
        result = self._through(changes.branch, extent)
        tap_extent = self._through(changes.tap, extent)
        shortcut = None if tap_extent is None else self._through(changes.shortcut, tap_extent)
        if result is None or shortcut is None:
            return False, None
        return not changes.adds or shortcut == result, self._through(changes.post_add, result)

    def _through(self, operators: tuple[Operator, ...], extent: int) -> int | None:
        self._budget.spend(len(operators) + 1)
        for operator in operators:
            if extent < operator.min_size(self.axis):
                return None
            window = operator.receptive_window()
            if window is None:
                continue
            extent = window.extent(extent, self.axis)
            if extent < 1:
                return None
        return extent

    def _changing_blocks(self, network: Network) -> Iterator[_Changes]:
        for run in (run for stage in network.stages for run in stage.runs):
            changes = self._of_block(run.block, run.repeat)
            if changes.branch or changes.shortcut or changes.post_add:
                yield changes

    def _of_block(self, block: Block, repeat: int) -> _Changes:
        return _Changes(
            self._changing(block.branch),
            self._changing(block.branch[: block.shortcut.tap]),
            self._changing(block.shortcut.nodes),
            self._changing(block.post_add),
            block.shortcut.kind != "none",
            repeat,
        )

    def _changing(self, nodes: Iterable[Node]) -> tuple[Operator, ...]:
        return tuple(node.operator for node in nodes if self._changes(node.operator))

    def _changes(self, operator: Operator) -> bool:
        window = operator.receptive_window()
        if window is not None and not _keeps_extent(window, self.axis):
            return True
        return operator.min_size(self.axis) > 1 or operator.fixed_size(self.axis) > 0


def _keeps_extent(window: Window, axis: int) -> bool:
    """Return whether a window keeps every extent: it has no stride, and its padding is what it reaches."""
    fits_all = not (window.inside and window.kernel[axis] > 1) and window.min_size(axis) == 1
    both = window.padding[axis] + window.after(axis)
    return window.stride[axis] == 1 and both == window.reach(axis) - 1 and fits_all
