"""The kind `choice`: one of some values, `{choice: [relu, silu], as: activation}`.

All are equally probable; a value that is written twice is twice as probable.
"""

from __future__ import annotations

from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.spaces.ranges.entry import check_keys, fault, name_of
from resnetgen.spaces.ranges.key import AS, Keys, RangeKey
from resnetgen.spaces.ranges.values import Discrete

KEYS: Keys = {
    "choice": RangeKey("A list of at least one value, of which one is drawn.", {"type": "array", "minItems": 1}),
    "as": AS,
}


def read(written: dict[str, Any], at: Path) -> Discrete:
    """Read a choice.

    Raises:
        FaultError: it is wrong.
    """
    check_keys(written, at, KEYS)
    values = written["choice"]
    if not isinstance(values, list) or not values:
        help = "write it such as [relu, silu]"
        raise fault("RG203", "`choice` must be a list of at least one value", (*at, "choice"), help)
    return Discrete(name_of(written, at), tuple(values))
