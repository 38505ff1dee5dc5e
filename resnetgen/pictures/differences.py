"""The differences of two networks, as `diff` finds them; every mark of one has the sign of inequality."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from resnetgen.analysis.diff import BlockChange, Change, NetworkDiff, diff_networks
from resnetgen.analysis.diff.blocks import OPENING
from resnetgen.ir.network import Network, Stage

SIGN = "≠"

TYPE = "type"
"""The fact of a block that all others follow from."""

_MOST = 3
"""The most lines of facts of a part; where there are more facts, the last line counts the others."""


class Differences(NamedTuple):
    """The differences of one of two networks: facts of the whole, of its stem, of its heads, and blocks of its stages.

    `alone` are the stages that the other network lacks, `missing` the numbers of blocks that this one lacks.
    """

    whole: tuple[str, ...] = ()
    stem: tuple[str, ...] = ()
    heads: Mapping[str, tuple[str, ...]] = {}
    stages: Mapping[str, tuple[BlockChange, ...]] = {}
    alone: frozenset[str] = frozenset()
    missing: Mapping[str, int] = {}

    def of_block(self, stage: str, number: int, count: int = 1) -> bool:
        """Return True if one of `count` blocks from a number on differs; the layers before them have `OPENING`."""
        changes = self.stages.get(stage, ())
        return any(each.first < number + count and number < each.first + each.repeat for each in changes)

    def of_stage(self, stage: Stage) -> tuple[str, ...]:
        """Return the differences of a stage, in a few words."""
        if stage.name in self.alone:
            return (f"{SIGN} only here",)
        changes = self.stages.get(stage.name, ())
        added = sum(each.repeat for each in changes if not each.changes and each.first != OPENING)
        count = added or self.missing.get(stage.name, 0)
        number = (f"{SIGN} {count:,} {'more' if added else 'fewer'} block{'' if count == 1 else 's'}",) if count else ()
        facts = [change.what for each in changes for change in each.changes]
        facts += [stage.transition for each in changes if not each.changes and each.first == OPENING]
        return (*number, *marked([TYPE] if TYPE in facts else facts))


def marked(facts: Iterable[str]) -> tuple[str, ...]:
    """Return the first of some facts, each behind the sign, and the number of the others."""
    distinct = list(dict.fromkeys(facts))
    lines = tuple(f"{SIGN} {fact}" for fact in distinct)
    return lines if len(lines) <= _MOST else (*lines[: _MOST - 1], f"{SIGN} {len(lines) - _MOST + 1} others")


def differences(network: Network, other: Network) -> tuple[Differences, Differences]:
    """Return where each of two networks differs from the other."""
    found = diff_networks(network, other)
    first, second = {stage.name for stage in network.stages}, {stage.name for stage in other.stages}
    return _side(found, 0, first - second), _side(found, 1, second - first)


def _side(found: NetworkDiff, side: int, alone: Iterable[str]) -> Differences:
    """Return the differences of the first network (0) or of the second (1)."""
    here: dict[str, tuple[BlockChange, ...]] = {}
    missing: dict[str, int] = {}
    for name, changes in found.stages.items():
        here[name] = tuple(each for each in changes if (each.before, each.after)[side] is not None)
        lacked = [each for each in changes if (each.before, each.after)[side] is None and each.first != OPENING]
        missing[name] = sum(each.repeat for each in lacked)
    heads = {name: _facts(changes) for name, changes in found.heads.items()}
    return Differences(_facts(found.network), _facts(found.stem), heads, here, frozenset(alone), missing)


def _facts(changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(change.what for change in changes)
