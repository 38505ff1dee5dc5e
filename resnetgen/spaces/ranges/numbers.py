"""The kind `range`: whole numbers or fractions between two, `{range: [32, 512], step: 8, scale: log, as: w1}`.

Whole ends without a step have a step of 1; other ends without a step have all numbers between them. With `scale: log`,
a number v is drawn with a probability proportional to 1/v, so that each doubling is as probable as the next.
"""

from __future__ import annotations

from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.schema.fields import kind
from resnetgen.schema.make_divisible import as_written
from resnetgen.spaces.ranges.entry import MOST_VALUES, Faults, check_keys, fault, is_number, name_of
from resnetgen.spaces.ranges.key import AS, Keys, RangeKey
from resnetgen.spaces.ranges.values import Continuous, Discrete

_SCALES = ("linear", "log")
_ENDS = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}

KEYS: Keys = {
    "range": RangeKey("The least and the greatest number, of which one is drawn, or of the numbers between.", _ENDS),
    "step": RangeKey(
        "The distance between numbers. Without it, it is 1 for whole ends, and others have every number between them.",
        {"type": "number", "exclusiveMinimum": 0},
    ),
    "scale": RangeKey(
        "`linear`: all numbers are equally probable. `log`: the probability of a number v is proportional to 1/v.",
        {"enum": list(_SCALES)},
        _SCALES,
    ),
    "as": AS,
}


def read(written: dict[str, Any], at: Path) -> Discrete | Continuous:
    """Read a range of numbers.

    Raises:
        SpaceError: it is wrong.
    """
    faults, is_log, name = Faults(), False, ""
    ends: tuple[int | float, int | float] = (1, 1)
    step: int | float = 1
    with faults.collected():
        check_keys(written, at, KEYS)
    with faults.collected():
        ends = _ends(written["range"], (*at, "range"))
    with faults.collected():
        step = _step(written.get("step", 1), (*at, "step"))
    with faults.collected():
        is_log = _is_log(written.get("scale", "linear"), (*at, "scale"))
    with faults.collected():
        name = name_of(written, at)
    faults.raise_found()
    if is_log and ends[0] <= 0:
        raise fault("RG204", "`scale: log` needs numbers above 0", (*at, "range"))
    if "step" not in written and not all(isinstance(end, int) for end in ends):
        return Continuous(name, *ends, is_log)
    values = _grid(*ends, step, (*at, "range"))
    return Discrete(name, values, tuple(1 / value for value in values) if is_log else None)


def _is_log(value: object, at: Path) -> bool:
    if value not in _SCALES:
        raise fault("RG204", f"`scale` must be linear or log, not {kind(value)}", at)
    return value == "log"


def _step(value: object, at: Path) -> int | float:
    if not is_number(value) or value <= 0:
        raise fault("RG204", f"`step` must be a number above 0, not {kind(value)}", at)
    return value


def _ends(value: object, at: Path) -> tuple[int | float, int | float]:
    help = "write it such as [32, 512]"
    if not isinstance(value, list) or len(value) != 2:
        raise fault("RG203", "`range` must be a list of two numbers", at, help)
    for index, end in enumerate(value):
        if not is_number(end):
            raise fault("RG203", f"`range` must be a list of two numbers, not of {kind(end)}", (*at, index), help)
    low, high = value
    if low > high:
        raise fault("RG204", f"the range is empty, since {low} is more than {high}", at, f"write [{high}, {low}]")
    return low, high


def _grid(low: int | float, high: int | float, step: int | float, at: Path) -> list[Any]:
    """Return the numbers from `low` on in steps; exact as decimals, so that 0.1 + 2 * 0.1 is 0.3."""
    start, each = as_written(low), as_written(step)
    count = int((as_written(high) - start) // each) + 1
    if count > MOST_VALUES:
        message = f"a range of {count:,} values has more than {MOST_VALUES:,}"
        raise fault("RG107", message, at, "write a larger `step`")
    exact = [start + index * each for index in range(count)]
    is_whole = isinstance(low, int) and isinstance(step, int)
    return [int(value) if is_whole else float(value) for value in exact]
