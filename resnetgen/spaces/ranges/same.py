"""The kind `same`: the value that was drawn for a range with a name, or a multiple, `{same: w1, times: 2}`."""

from __future__ import annotations

from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.frozen import FrozenIdentity
from resnetgen.schema.fields import kind
from resnetgen.spaces.ranges.entry import check_keys, fault, is_name
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
        FaultError: it is wrong.
    """
    check_keys(written, at, KEYS)
    name, times = written["same"], written.get("times")
    if not is_name(name):
        help = "give the other range a name with `as`, and write that name"
        raise fault("RG203", f"`same` must be the name of a range, not {kind(name)}", (*at, "same"), help)
    if "times" in written and (type(times) is not int or times < 1):
        raise fault("RG204", f"`times` must be a whole number above 0, not {kind(times)}", (*at, "times"))
    return Same(name, times)
