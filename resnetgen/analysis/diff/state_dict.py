"""How two state dicts differ, and whether the weights of one network load into the other.

Nothing here looks at blocks one by one: the tensors of equal blocks are compared together. Two keys are the same where
their texts are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from resnetgen.analysis.diff.intervals import Interval, Overlap, overlaps
from resnetgen.analysis.state_dict import tensors_by_block
from resnetgen.ir.network import Network
from resnetgen.ops.operator import TensorSpec

REMOVED, ADDED, RESHAPED = "removed", "added", "reshaped"


class TensorChange(NamedTuple):
    """A tensor by the part of its key after the block's number, with its shapes; None where it was not or is not."""

    tail: str
    before: tuple[int, ...] | None
    after: tuple[int, ...] | None


class KeyGroup(NamedTuple):
    """The tensors of `repeat` neighbouring blocks that differ alike: those of the blocks `path.first` and following.

    Outside the stages `path` is empty, and the tails are the whole keys.
    """

    kind: str
    path: str
    first: int
    repeat: int
    tensors: tuple[TensorChange, ...]

    def keys(self) -> int:
        """How many keys of a state dict these are."""
        return self.repeat * len(self.tensors)


class WeightTransfer(NamedTuple):
    """What becomes of the weights of one network in another.

    `strict` tells whether `load_state_dict` takes them as they are; `tensors` of the other's `of_tensors`, and `params`
    of its `of_params` parameters in elements, have the same key and shape.
    """

    strict: bool
    tensors: int
    of_tensors: int
    params: int
    of_params: int


class StateDictDiff(NamedTuple):
    """How the state dict of one network becomes that of another."""

    alike: int
    groups: tuple[KeyGroup, ...]
    forward: WeightTransfer
    backward: WeightTransfer

    def count(self, kind: str) -> int:
        """How many keys were added, removed or reshaped."""
        return sum(group.keys() for group in self.groups if group.kind == kind)


_IntervalsByKey = dict[tuple[str, str], list[Interval[TensorSpec]]]


def diff_state_dicts(before: Network, after: Network) -> StateDictDiff:
    """Compare the state dicts of two networks."""
    paths = _outermost_paths({stage.path for network in (before, after) for stage in network.stages})
    old, new = _intervals_by_key(before, paths), _intervals_by_key(after, paths)
    tally = _Tally()
    for path, tail in dict.fromkeys((*old, *new)):
        for overlap in overlaps(old.get((path, tail), ()), new.get((path, tail), ())):
            tally.add(path, tail, overlap)
    return tally.keys()


def _outermost_paths(paths: set[str]) -> list[str]:
    """The paths that are not inside another, so that a key has one reading for both sides."""
    return [path for path in paths if not any(path.startswith(f"{other}.") for other in paths)]


def _intervals_by_key(network: Network, paths: list[str]) -> _IntervalsByKey:
    """Every tensor by the path of its stage and by its tail, as spans of numbers of blocks."""
    found: _IntervalsByKey = {}
    for row in tensors_by_block(network):
        whole = not row.path or row.path in paths
        for tensor in row.tensors:
            if whole and row.path:
                _append(found, row.path, tensor.tail, Interval(row.first, row.repeat, tensor.entry))
                continue
            for number in range(row.first, row.first + row.repeat):
                path, index, tail = _split_key(row.key(number, tensor.tail), paths)
                _append(found, path, tail, Interval(index, 1, tensor.entry))
    for spans in found.values():
        spans.sort(key=lambda span: span.first)
    return found


def _append(found: _IntervalsByKey, path: str, tail: str, span: Interval[TensorSpec]) -> None:
    """Add a span, to its neighbour where that holds an equal tensor."""
    spans = found.setdefault((path, tail), [])
    last = spans[-1] if spans else None
    if last is not None and last.value == span.value and last.first + last.repeat == span.first:
        spans[-1] = last._replace(repeat=last.repeat + span.repeat)
    else:
        spans.append(span)


def _split_key(key: str, paths: list[str]) -> tuple[str, int, str]:
    """A key that is not of a block, as it would be one of a stage of the other network."""
    for path in paths:
        number, dot, tail = key.removeprefix(f"{path}.").partition(".")
        if key.startswith(f"{path}.") and dot and number.isdecimal() and str(int(number)) == number:
            return path, int(number), tail
    return "", 0, key


class _Tally:
    """Counts what is alike and collects what is not."""

    def __init__(self) -> None:
        self.alike = self.supplied = self.old = self.new = 0
        self.old_params = self.new_params = self.old_fit = self.new_fit = 0
        self.spare = [0, 0]
        self.groups: dict[tuple[str, str, int, int], list[TensorChange]] = {}

    def add(self, path: str, tail: str, overlap: Overlap[TensorSpec]) -> None:
        count, before, after = overlap.repeat, overlap.before, overlap.after
        self.old += count if before is not None else 0
        self.new += count if after is not None else 0
        self.old_params += count * _params(before)
        self.new_params += count * _params(after)
        if before is not None and after is not None and before.shape == after.shape:
            self.alike += count
            self.old_fit += count * _params(before)
            self.new_fit += count * _params(after)
            return
        kind = ADDED if before is None else REMOVED if after is None else RESHAPED
        # What PyTorch supplies itself may be missing from what is loaded, but not be left over.
        self.spare[0] += count if kind == ADDED and after is not None and after.supplied else 0
        self.spare[1] += count if kind == REMOVED and before is not None and before.supplied else 0
        shapes = (None if before is None else before.shape, None if after is None else after.shape)
        self.groups.setdefault((kind, path, overlap.first, count), []).append(TensorChange(tail, *shapes))

    def keys(self) -> StateDictDiff:
        groups = tuple(
            KeyGroup(*place, tuple(tensors)) for place, tensors in sorted(self.groups.items(), key=_kind_order)
        )
        differing = sum(group.keys() for group in groups)
        return StateDictDiff(
            self.alike,
            groups,
            WeightTransfer(differing == self.spare[0], self.alike, self.new, self.new_fit, self.new_params),
            WeightTransfer(differing == self.spare[1], self.alike, self.old, self.old_fit, self.old_params),
        )


def _params(entry: TensorSpec | None) -> int:
    return entry.numel() if entry is not None and entry.trained else 0


def _kind_order(item: tuple[tuple[str, str, int, int], Sequence[TensorChange]]) -> int:
    """By kind alone: within one, groups stay in the order of the state dicts."""
    return (REMOVED, ADDED, RESHAPED).index(item[0][0])


def limit_per_kind(groups: Sequence[KeyGroup], most: int) -> Iterator[KeyGroup]:
    """The first groups of each kind, at most so many in all of a kind."""
    for kind in (REMOVED, ADDED, RESHAPED):
        yield from [group for group in groups if group.kind == kind][:most]
