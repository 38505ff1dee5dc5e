"""The kind `same`: the value that was drawn for a range with a name, or a multiple, `{same: w1, times: 2}`."""

from __future__ import annotations

from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.frozen import FrozenIdentity
from resnetgen.schema.fields import kind
from resnetgen.spaces.ranges.entry import Faults, check_keys, fault, is_name
from resnetgen.spaces.ranges.key import NAME, Keys, RangeKey

KEYS: Keys = {
    "same": RangeKey("The name of another range: the value that was drawn there.", NAME),
    "times": RangeKey("The value is so many times that.", {"type": "integer", "minimum": 1}),
}


class Same(FrozenIdentity):
    """The value of another range by its name, `times` a whole number; None where it is the value itself."""

    of: str
    times: int | None

    def value(self, drawn: Any) -> Any:
        """Return the value here for the value drawn there."""
        return drawn if self.times is None else drawn * self.times


def read(written: dict[str, Any], at: Path) -> Same:
    """Read a tie.

    Raises:
        SpaceError: it is wrong.
    """
    faults, name, times = Faults(), "", None
    with faults.collected():
        check_keys(written, at, KEYS)
    with faults.collected():
        name = _name(written["same"], (*at, "same"))
    if "times" in written:
        with faults.collected():
            times = _times(written["times"], (*at, "times"))
    faults.raise_found()
    return Same(name, times)


def _name(value: object, at: Path) -> str:
    if not is_name(value):
        help = "give the other range a name with `as`, and write that name"
        raise fault("RG203", f"`same` must be the name of a range, not {kind(value)}", at, help)
    return value


def _times(value: object, at: Path) -> int:
    if type(value) is not int or value < 1:
        raise fault("RG204", f"`times` must be a whole number above 0, not {kind(value)}", at)
    return value
