"""How the blocks of a stage differ from those of another, number by number, equal ones together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.analysis.diff.intervals import Interval, overlaps
from resnetgen.analysis.diff.operators import Change, Value, operator_changes
from resnetgen.ir.network import Block, Shortcut, Stage
from resnetgen.ops.operator import per_axis


class BlockChange(NamedTuple):
    """`repeat` neighbouring blocks of a stage, from number `first` on, that differ alike.

    `before` and `after` are their types, None where there were or are none.
    """

    first: int
    repeat: int
    before: str | None
    after: str | None
    changes: tuple[Change, ...] = ()


def block_changes(before: Stage | None, after: Stage | None) -> tuple[BlockChange, ...]:
    """The blocks of a stage that are not what they were."""
    memo: dict[tuple[int, int], tuple[Change, ...]] = {}
    found: list[BlockChange] = []
    for first, count, old, new in overlaps(_intervals(before), _intervals(after)):
        told: tuple[Change, ...] = ()
        if old is not None and new is not None:
            pair = id(old), id(new)
            if pair not in memo:
                memo[pair] = tuple(_changes(old, new))
            told = memo[pair]
            if not told:
                continue
        one = BlockChange(first, count, old and old.type, new and new.type, told)
        last = found[-1] if found else None
        if last is not None and last[2:] == one[2:] and last.first + last.repeat == first:
            found[-1] = last._replace(repeat=last.repeat + count)
        else:
            found.append(one)
    return tuple(found)


def _intervals(stage: Stage | None) -> list[Interval[Block]]:
    spans, first = [], 0
    for run in stage.runs if stage is not None else ():
        spans.append(Interval(first, run.repeat, run.block))
        first += run.repeat
    return spans


def _changes(before: Block, after: Block) -> Iterator[Change]:
    """What differs between two blocks; nothing for equal ones."""
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
    """The operators that have moved from one side of the addition to the other."""
    old = {node.name for node in before.branch}, {node.name for node in before.post_add}
    new = {node.name for node in after.branch}, {node.name for node in after.post_add}
    for name in sorted((old[0] & new[1]) | (old[1] & new[0])):
        sides = ("before the addition", "after the addition")
        yield Change(f"{name} stands", *(sides if name in old[0] else reversed(sides)))


def _shortcut_changes(before: Block, after: Block, widths: set[tuple[int, int]]) -> Iterator[Change]:
    old, new = before.shortcut, after.shortcut
    pairs: tuple[tuple[str, Value, Value], ...] = (
        ("shortcut", *_kinds(old, new)),
        ("shortcut reads", _shortcut_start(before), _shortcut_start(after)),
        ("shortcut's name", old.name, new.name),
        ("shortcut's tensors come", _tensor_order(old.first), _tensor_order(new.first)),
    )
    known = [Change(*pair) for pair in pairs if pair[1] != pair[2]]
    if not (old.nodes and new.nodes):  # a name without modules is one that nobody meets
        known = [change for change in known if change.what in ("shortcut", "shortcut reads")]
    yield from known
    yield from operator_changes(old.nodes, new.nodes, f"{new.name}.", widths)


def _kinds(old: Shortcut, new: Shortcut) -> tuple[str, str]:
    """What two shortcuts are called: the same where they are made of the same, and both or neither is added."""
    same = [(node.name, node.operator) for node in old.nodes] == [(node.name, node.operator) for node in new.nodes]
    return (new.kind, new.kind) if same and "none" not in (old.kind, new.kind) else (old.kind, new.kind)


def _shortcut_start(block: Block) -> str:
    """Where the shortcut begins: at the block's input, or after some operators of its branch."""
    tap = block.shortcut.tap
    return "the input" if not tap else f"what leaves {block.branch[tap - 1].name}"


def _tensor_order(first: bool) -> str:
    return "before the branch's" if first else "after the branch's"
