"""The kinds of ranges that stand in place of a value of a spec, one a file.

A mapping with the key of a kind is a range of this kind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.spaces.ranges import choice, numbers, regnet_line, same
from resnetgen.spaces.ranges.key import Keys
from resnetgen.spaces.ranges.regnet_line import RegNetLine
from resnetgen.spaces.ranges.same import Same
from resnetgen.spaces.ranges.values import Continuous, Discrete

Range = Discrete | Continuous | Same | RegNetLine


class Kind(NamedTuple):
    """A kind of range: its reader, which takes the mapping and its path, and raises SpaceError; and its keys."""

    read: Callable[[dict[str, Any], Path], Range]
    keys: Keys


KINDS: dict[str, Kind] = {
    "range": Kind(numbers.read, numbers.KEYS),
    "choice": Kind(choice.read, choice.KEYS),
    "same": Kind(same.read, same.KEYS),
    "regnet_line": Kind(regnet_line.read, regnet_line.KEYS),
}
"""The kinds by their keys."""

BESIDE = frozenset(key for kind in KINDS.values() for key in kind.keys) - KINDS.keys()
"""The keys that stand beside that of a kind."""


def kind_of(data: object) -> str:
    """Return the kind of the range that data is; empty for a value."""
    return next((kind for kind in KINDS if kind in data), "") if isinstance(data, dict) else ""
