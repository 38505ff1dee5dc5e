"""The kind `choice`: one of some values, `{choice: [relu, silu], as: activation}`.

All are equally probable; a value that is written twice is twice as probable.
"""

from __future__ import annotations

from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.spaces.ranges.entry import Faults, check_keys, fault, name_of
from resnetgen.spaces.ranges.key import AS, Keys, RangeKey
from resnetgen.spaces.ranges.values import Discrete

KEYS: Keys = {
    "choice": RangeKey("A list of at least one value, of which one is drawn.", {"type": "array", "minItems": 1}),
    "as": AS,
}


def read(written: dict[str, Any], at: Path) -> Discrete:
    """Read a choice.

    Raises:
        SpaceError: it is wrong.
    """
    faults, name = Faults(), ""
    values: tuple[object, ...] = ()
    with faults.collected():
        check_keys(written, at, KEYS)
    with faults.collected():
        values = _values(written["choice"], (*at, "choice"))
    with faults.collected():
        name = name_of(written, at)
    faults.raise_found()
    return Discrete(name, values)


def _values(written: object, at: Path) -> tuple[object, ...]:
    if not isinstance(written, list) or not written:
        raise fault("RG203", "`choice` must be a list of at least one value", at, "write it such as [relu, silu]")
    return tuple(written)
