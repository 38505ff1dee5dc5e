"""Compare two state dicts, and tell whether the weights of one network load into the other.

The tensors of equal blocks are compared together. Keys are equal if their texts are.
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
    """The shapes of a tensor before and after, None where it does not exist.

    `tail` is the part of its key after the block's number.
    """

    tail: str
    before: tuple[int, ...] | None
    after: tuple[int, ...] | None


class KeyGroup(NamedTuple):
    """The tensors of `repeat` neighboring blocks that change alike, starting with number `first`.

    The name of a block is its number after `path`. Outside the stages `path` is empty, and the tails are whole keys.
    """

    kind: str
    path: str
    first: int
    repeat: int
    tensors: tuple[TensorChange, ...]

    def keys(self) -> int:
        """Return the number of keys in the group."""
        return self.repeat * len(self.tensors)


class WeightTransfer(NamedTuple):
    """The result of loading the weights of one network into another.

    `strict` says whether `load_state_dict` accepts them. Of the other's `of_tensors` tensors, `tensors` have the same
    key and shape, and with them `params` of its `of_params` parameters.
    """

    strict: bool
    tensors: int
    of_tensors: int
    params: int
    of_params: int


class StateDictDiff(NamedTuple):
    """The changes from one state dict to another."""

    alike: int
    groups: tuple[KeyGroup, ...]
    forward: WeightTransfer
    backward: WeightTransfer

    def count(self, kind: str) -> int:
        """Return the number of keys that were added, removed or reshaped."""
        return sum(group.keys() for group in self.groups if group.kind == kind)


_IntervalsByKey = dict[tuple[str, str], list[Interval[TensorSpec]]]


def diff_state_dicts(before: Network, after: Network) -> StateDictDiff:
    """Compare the state dicts of two networks."""
    paths = _outermost_paths({stage.blocks_path for network in (before, after) for stage in network.stages})
    old, new = _intervals_by_key(before, paths), _intervals_by_key(after, paths)
    tally = _Tally()
    for path, tail in dict.fromkeys((*old, *new)):
        for overlap in overlaps(old.get((path, tail), ()), new.get((path, tail), ())):
            tally.add(path, tail, overlap)
    return tally.keys()


def _outermost_paths(paths: set[str]) -> list[str]:
    """Return the paths that are not inside another, so that both sides split keys alike."""
    return [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]


def _intervals_by_key(network: Network, paths: list[str]) -> _IntervalsByKey:
    """Return each tensor by the path of its stage and its tail, as intervals of block numbers."""
    intervals: _IntervalsByKey = {}
    for row in tensors_by_block(network):
        is_stage = not row.path or row.path in paths
        for tensor in row.tensors:
            if is_stage and row.path:
                _append(intervals, row.path, tensor.suffix, Interval(row.first, row.repeat, tensor.spec))
                continue
            for number in range(row.first, row.first + row.repeat):
                path, index, tail = _split_key(row.key(number, tensor.suffix), paths)
                _append(intervals, path, tail, Interval(index, 1, tensor.spec))
    for spans in intervals.values():
        spans.sort(key=lambda span: span.first)
    return intervals


def _append(intervals: _IntervalsByKey, path: str, tail: str, span: Interval[TensorSpec]) -> None:
    """Append an interval, or extend the last one if it is adjacent and equal."""
    spans = intervals.setdefault((path, tail), [])
    last = spans[-1] if spans else None
    if last is not None and last.value == span.value and last.first + last.repeat == span.first:
        spans[-1] = last._replace(repeat=last.repeat + span.repeat)
    else:
        spans.append(span)


def _split_key(key: str, paths: list[str]) -> tuple[str, int, str]:
    """Split a key outside the blocks as if it were in a stage of the other network."""
    for path in paths:
        number, dot, tail = key.removeprefix(path).partition(".")
        if key.startswith(path) and dot and number.isdecimal() and str(int(number)) == number:
            return path, int(number), tail
    return "", 0, key


class _Tally:
    """Counts equal tensors and collects the others."""

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
        # A tensor that PyTorch supplies may be missing from the file, but an extra one is an error.
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


def _params(spec: TensorSpec | None) -> int:
    return spec.numel() if spec is not None and spec.trained else 0


def _kind_order(item: tuple[tuple[str, str, int, int], Sequence[TensorChange]]) -> int:
    """Return the order of a group by kind; within a kind, the order of the state dicts is kept."""
    return (REMOVED, ADDED, RESHAPED).index(item[0][0])


def limit_per_kind(groups: Sequence[KeyGroup], most: int) -> Iterator[KeyGroup]:
    """Yield the first groups of each kind."""
    for kind in (REMOVED, ADDED, RESHAPED):
        yield from [group for group in groups if group.kind == kind][:most]
