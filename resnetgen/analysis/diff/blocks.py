"""Compare the blocks of two stages by number, equal ones together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.analysis.diff.intervals import Interval, overlaps
from resnetgen.analysis.diff.operators import Change, Value, operator_changes
from resnetgen.ir.network import Block, Shortcut, Stage
from resnetgen.ops.window import per_axis

OPENING = -1
"""The number of the layers before the blocks of a stage."""


class BlockChange(NamedTuple):
    """The same change in `repeat` neighboring blocks, starting with number `first`.

    Layers before the blocks have the number `OPENING`.

    `before` and `after` are the block types; None for a block that is added or removed.
    """

    first: int
    repeat: int
    before: str | None
    after: str | None
    changes: tuple[Change, ...] = ()


def block_changes(before: Stage | None, after: Stage | None) -> tuple[BlockChange, ...]:
    """Return the changes of the blocks of a stage."""
    memo: dict[tuple[int, int], tuple[Change, ...]] = {}
    result: list[BlockChange] = []
    for first, count, old, new in overlaps(_intervals(before), _intervals(after)):
        changes: tuple[Change, ...] = ()
        if old is not None and new is not None:
            pair = id(old), id(new)
            if pair not in memo:
                memo[pair] = tuple(_changes(old, new))
            changes = memo[pair]
            if not changes:
                continue
        change = BlockChange(first, count, old and old.type, new and new.type, changes)
        last = result[-1] if result else None
        if last is not None and last[2:] == change[2:] and last.first + last.repeat == first:
            result[-1] = last._replace(repeat=last.repeat + count)
        else:
            result.append(change)
    return tuple(result)


def _intervals(stage: Stage | None) -> list[Interval[Block]]:
    if stage is None:
        return []
    opening = stage.opening
    spans, first = [] if opening is None else [Interval(OPENING, 1, opening.block)], 0
    for run in stage.block_runs:
        spans.append(Interval(first, run.repeat, run.block))
        first += run.repeat
    return spans


def _changes(before: Block, after: Block) -> Iterator[Change]:
    """Yield the changes between two blocks; none for equal ones."""
    if before is after:
        return
    if before.type != after.type:
        yield Change("type", before.type, after.type)
    old, new = dict(before.widths), dict(after.widths)
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield Change(name, old.get(name), new.get(name))
    if before.stride != after.stride:
        yield Change("stride", per_axis(before.stride), per_axis(after.stride))
    widths = {(old[name], new[name]) for name in old if name in new}
    yield from operator_changes((*before.branch, *before.post_add), (*after.branch, *after.post_add), widths=widths)
    yield from _moved_across_addition(before, after)
    yield from _shortcut_changes(before, after, widths)


def _moved_across_addition(before: Block, after: Block) -> Iterator[Change]:
    """Yield the operators that moved from one side of the addition to the other."""
    old = {node.name for node in before.branch}, {node.name for node in before.post_add}
    new = {node.name for node in after.branch}, {node.name for node in after.post_add}
    for name in sorted((old[0] & new[1]) | (old[1] & new[0])):
        sides = ("before the addition", "after the addition")
        yield Change(f"{name} position", *(sides if name in old[0] else reversed(sides)))


def _shortcut_changes(before: Block, after: Block, widths: set[tuple[int, int]]) -> Iterator[Change]:
    old, new = before.shortcut, after.shortcut
    pairs: tuple[tuple[str, Value, Value], ...] = (
        ("shortcut", *_kinds(old, new)),
        ("shortcut input", _shortcut_start(before), _shortcut_start(after)),
        ("shortcut name", old.name, new.name),
        ("shortcut tensors", _tensor_order(old.first), _tensor_order(new.first)),
    )
    changes = [Change(*pair) for pair in pairs if pair[1] != pair[2]]
    if not (old.nodes and new.nodes):  # a name without modules is in no state dict
        changes = [change for change in changes if change.what in ("shortcut", "shortcut input")]
    yield from changes
    yield from operator_changes(old.nodes, new.nodes, f"{new.name}.", widths)


def _kinds(old: Shortcut, new: Shortcut) -> tuple[str, str]:
    """Return the kinds of two shortcuts, made equal if they have the same operators and both or neither are added."""
    same = [(node.name, node.operator) for node in old.nodes] == [(node.name, node.operator) for node in new.nodes]
    return (new.kind, new.kind) if same and "none" not in (old.kind, new.kind) else (old.kind, new.kind)


def _shortcut_start(block: Block) -> str:
    """Return where the shortcut begins: at the block's input, or after some operators of its branch."""
    tap = block.shortcut.tap
    return "the input" if not tap else f"what leaves {block.branch[tap - 1].name}"


def _tensor_order(first: bool) -> str:
    return "before the branch's" if first else "after the branch's"
