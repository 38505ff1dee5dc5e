"""Folding of a sequence for inference: operators absorb their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from resnetgen.codegen.inference.conversion import Absorbed, FoldKind, Step
from resnetgen.ops.composite import ModuleList
from resnetgen.ops.folding import ChannelMap, Prepared, Weights
from resnetgen.ops.operator import Operator


@dataclass(slots=True)
class Item:
    """An operator, the path of its trained tensors, and the operators that it absorbed.

    `bias` is true if it had a bias when it was trained; `inner` are the steps of the operators inside it.
    """

    path: str
    operator: Operator
    bias: bool = False
    prepared: Prepared | None = None
    absorbed: list[Absorbed] = field(default_factory=list)
    inner: tuple[Step, ...] = ()

    def absorb(self, kind: FoldKind, map: ChannelMap, path: str) -> None:
        """Absorb another operator.

        Args:
            kind: its place before or behind, with or without a shift.
            map: its map of each channel.
            path: the path of its tensors.
        """
        weights = self.operator.weights()
        assert weights is not None, "asked before"
        if map.shift and not weights.bias:
            self.operator = self.operator.with_bias()
        groups = weights.groups if kind is FoldKind.BEFORE else 1
        self.absorbed.append(Absorbed(kind, map.replace(channels=0), path, groups))

    def steps(self) -> tuple[Step, ...]:
        """Return the steps for it, with paths relative to the sequence."""
        if self.inner:
            return tuple(step.within(self.path, self.path) for step in self.inner)
        entries = self.operator.entries()
        tensors = tuple(entry.name for entry in entries if not entry.supplied)
        ignored = tuple(entry.name for entry in entries if entry.supplied)
        axes = next((len(entry.shape) for entry in entries if entry.name == "weight"), 0)
        return (Step(self.path, self.path, tensors, ignored, self.bias, axes, self.prepared, tuple(self.absorbed)),)


@dataclass(slots=True)
class Link:
    """One place of a sequence: an operator, or with `several` parallel ones. `index` is the place's number.

    An `injected` operator is passed in from outside, so it is never folded.
    """

    index: int
    items: list[Item]
    several: bool = False
    injected: bool = False

    def maps(self) -> list[ChannelMap]:
        """Return its channel maps, one an item; empty if it does more than that, or absorbed another operator."""
        maps = [item.operator.channel_map() for item in self.items if not item.absorbed]
        known = [each for each in maps if each is not None]
        return known if len(known) == len(self.items) and not self.injected else []

    def weights(self) -> list[Weights]:
        """Return the weights that can absorb others, one an item; empty if there are none."""
        known = [found for item in self.items if (found := item.operator.weights()) is not None]
        return known if len(known) == len(self.items) and not self.injected else []

    def commutes(self, *, shifts: bool) -> bool:
        """Tell whether it commutes with a scale of each channel, with `shifts` also with a shift."""
        return all(item.operator.commutes(shifts=shifts) for item in self.items)

    def absorb(self, kind: FoldKind, other: Link) -> None:
        """Absorb another link, item by item."""
        for mine, its, map in zip(self.items, other.items, other.maps(), strict=True):
            mine.absorb(kind, map, its.path)

    def gives_new(self) -> bool:
        """Tell whether its output is always a new tensor, never its input."""
        return not self.injected and all(item.operator.gives_new for item in self.items)

    def operator(self) -> Operator:
        """Return the link as one operator."""
        operators = tuple(item.operator for item in self.items)
        return ModuleList(operators) if self.several else operators[0]

    def steps(self) -> tuple[Step, ...]:
        """Return the steps for all its items."""
        return tuple(step for item in self.items for step in item.steps())


def fold_sequence(links: Sequence[Link]) -> list[Link]:
    """Return the sequence after folding: scales and shifts join the weights of a neighbour where the algebra allows.

    Operators before come first, since that is always exact; then those behind. Identities are removed, and activations
    run in place if nothing else reads their input.
    """
    kept: list[Link] = []
    for link in links:
        idle = not link.injected and all(item.operator.identity_in_eval for item in link.items)
        if not idle and not _absorb_into_earlier(link, kept):
            kept.append(link)
    for index in reversed(range(len(kept))):
        if _absorb_into_later(kept[index], kept[index + 1 :]):
            del kept[index]
    for before, link in pairwise(kept):
        if before.gives_new():
            for item in link.items:
                item.operator = item.operator.over_input()
    return kept


def _absorb_into_earlier(link: Link, earlier: Sequence[Link]) -> bool:
    """Fold an operator into an earlier one and tell whether that worked; scale and shift apply to that one's output."""
    maps = link.maps()
    shifts = any(map.shift for map in maps)
    for other in reversed(earlier if maps else ()):
        weights = other.weights()
        if len(weights) == len(maps) and all(
            map.channels in (0, its.outputs) for map, its in zip(maps, weights, strict=True)
        ):
            other.absorb(FoldKind.BEHIND if shifts else FoldKind.SCALE, link)
            return True
        if not other.commutes(shifts=shifts):
            return False
    return False


def _absorb_into_later(link: Link, later: Sequence[Link]) -> bool:
    """Fold an operator into a later one and tell whether that worked.

    One with padding cannot absorb a shift: its zeros have none.
    """
    maps = link.maps() if all(map.shift for map in link.maps()) else []
    for other in later if maps else ():
        weights = other.weights()
        if len(weights) == len(maps) and all(
            map.channels == its.inputs and not its.pads for map, its in zip(maps, weights, strict=True)
        ):
            other.absorb(FoldKind.BEFORE, link)
            return True
        if not other.commutes(shifts=True):
            return False
    return False
