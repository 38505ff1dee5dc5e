"""The kinds of ranges that stand in place of a value of a spec, one a file.

A mapping with the key of a kind is a range of this kind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.sweep.ranges import choice, numbers, regnet_line, same
from resnetgen.sweep.ranges.regnet_line import RegNetLine
from resnetgen.sweep.ranges.same import Same
from resnetgen.sweep.ranges.values import Continuous, Discrete

Range = Discrete | Continuous | Same | RegNetLine

KINDS: dict[str, Callable[[dict[str, Any], Path], Range]] = {
    "range": numbers.read,
    "choice": choice.read,
    "same": same.read,
    "regnet_line": regnet_line.read,
}
"""The reader of each kind, by its key. It takes the mapping and its path, and raises FaultError."""


def kind_of(data: object) -> str:
    """Return the kind of the range that data is; empty for a value."""
    return next((kind for kind in KINDS if kind in data), "") if isinstance(data, dict) else ""
