"""Operators that are applied one right after another, at inference: what a neighbour can take in, it takes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from resnetgen.codegen.inference.conversion import How, Step, Taken
from resnetgen.ops.composite import ModuleList
from resnetgen.ops.folding import ChannelMap, Prepared, Weights
from resnetgen.ops.operator import Operator


@dataclass(slots=True)
class Item:
    """An operator, the path of its tensors when it was trained, and what it has taken in since.

    `bias` tells whether it had one when it was trained; `inner` are the steps for what is inside it.
    """

    path: str
    operator: Operator
    bias: bool = False
    prepared: Prepared | None = None
    taken: list[Taken] = field(default_factory=list)
    inner: tuple[Step, ...] = ()

    def take(self, how: How, map: ChannelMap, path: str) -> None:
        """Take in what another operator does, whose tensors are at `path`."""
        weights = self.operator.weights()
        assert weights is not None, "asked before"
        if map.shift and not weights.bias:
            self.operator = self.operator.with_bias()
        groups = weights.groups if how is How.BEFORE else 1
        self.taken.append(Taken(how, map.replace(channels=0), path, groups))

    def steps(self) -> tuple[Step, ...]:
        """What is done for it, by paths from where the row stands."""
        if self.inner:
            return tuple(step.within(self.path, self.path) for step in self.inner)
        entries = self.operator.entries()
        tensors = tuple(entry.name for entry in entries if not entry.supplied)
        ignored = tuple(entry.name for entry in entries if entry.supplied)
        axes = next((len(entry.shape) for entry in entries if entry.name == "weight"), 0)
        return (Step(self.path, self.path, tensors, ignored, self.bias, axes, self.prepared, tuple(self.taken)),)


@dataclass(slots=True)
class Link:
    """One place of a row: an operator, or with `several` some side by side. `index` is the place's own.

    One that `injected` is given from outside, and stays what it is.
    """

    index: int
    items: list[Item]
    several: bool = False
    injected: bool = False

    def maps(self) -> list[ChannelMap]:
        """What it does to each channel, where it does nothing else and took nothing in; empty otherwise."""
        maps = [item.operator.channel_map() for item in self.items if not item.taken]
        known = [each for each in maps if each is not None]
        return known if len(known) == len(self.items) and not self.injected else []

    def weights(self) -> list[Weights]:
        """The weights that can take in what others do; empty where there are none."""
        known = [found for item in self.items if (found := item.operator.weights()) is not None]
        return known if len(known) == len(self.items) and not self.injected else []

    def commutes(self, *, shifts: bool) -> bool:
        """Whether a scale of each channel may stand on either side of it, with `shifts` also a shift."""
        return all(item.operator.commutes(shifts=shifts) for item in self.items)

    def takes(self, how: How, other: Link) -> None:
        """Take another in, item by item."""
        for mine, its, map in zip(self.items, other.items, other.maps(), strict=True):
            mine.take(how, map, its.path)

    def gives_new(self) -> bool:
        """Whether what leaves it is always another tensor than came in."""
        return not self.injected and all(item.operator.gives_new for item in self.items)

    def operator(self) -> Operator:
        """It as one operator."""
        operators = tuple(item.operator for item in self.items)
        return ModuleList(operators) if self.several else operators[0]

    def steps(self) -> tuple[Step, ...]:
        """What is done for it."""
        return tuple(step for item in self.items for step in item.steps())


def fold_sequence(links: Sequence[Link]) -> list[Link]:
    """What is left of a row: what only scales and shifts is a part of a neighbour's weights, where the algebra allows.

    First of those before it, since that is always exact; then of those behind it. What is never anything but its input
    is gone, and activations write over theirs where nobody else has it.
    """
    kept: list[Link] = []
    for link in links:
        idle = not link.injected and all(item.operator.identity_in_eval for item in link.items)
        if not idle and not _is_taken_behind(link, kept):
            kept.append(link)
    for index in reversed(range(len(kept))):
        if _is_taken_before(kept[index], kept[index + 1 :]):
            del kept[index]
    for before, link in pairwise(kept):
        if before.gives_new():
            for item in link.items:
                item.operator = item.operator.over_input()
    return kept


def _is_taken_behind(link: Link, earlier: Sequence[Link]) -> bool:
    """Whether something earlier has taken it in: what leaves that has this very scale and shift, whatever comes in."""
    maps = link.maps()
    shifts = any(map.shift for map in maps)
    for other in reversed(earlier if maps else ()):
        weights = other.weights()
        if len(weights) == len(maps) and all(
            map.channels in (0, its.outputs) for map, its in zip(maps, weights, strict=True)
        ):
            other.takes(How.BEHIND if shifts else How.SCALE, link)
            return True
        if not other.commutes(shifts=shifts):
            return False
    return False


def _is_taken_before(link: Link, later: Sequence[Link]) -> bool:
    """Whether something later has taken it in: it sums what comes in, and no zeros beside that, which have no shift."""
    maps = link.maps() if all(map.shift for map in link.maps()) else []
    for other in later if maps else ():
        weights = other.weights()
        if len(weights) == len(maps) and all(
            map.channels == its.inputs and not its.pads for map, its in zip(maps, weights, strict=True)
        ):
            other.takes(How.BEFORE, link)
            return True
        if not other.commutes(shifts=True):
            return False
    return False
