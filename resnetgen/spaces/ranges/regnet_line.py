"""The kind `regnet_line`: blocks and widths of all stages from a quantized line (arXiv:2003.13678, equations 2 to 4).

    stages:
      regnet_line: {depth: 16, w_0: 56, w_a: 35.73, w_m: 2.28, group_width: 16, stages: [s1, s2, s3, s4]}

Each number may be a range. A line with another number of stages than names gives no candidate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resnetgen.analysis.quantized_line import compatible, quantized_line
from resnetgen.diagnostics.model import Part, Path
from resnetgen.frozen import FrozenIdentity
from resnetgen.schema.fields import kind
from resnetgen.source.extends import merge_patch
from resnetgen.spaces.ranges import choice, numbers
from resnetgen.spaces.ranges.entry import Faults, check_keys, fault, first_repeated, is_number, names_in
from resnetgen.spaces.ranges.key import NAME, Keys, RangeKey

_NEEDED = ("depth", "w_0", "w_a", "w_m", "stages")
_WHOLE = ("depth", "group_width")
_LEAST = {"depth": 1, "w_0": 8, "w_a": 0, "w_m": 1.001, "group_width": 1}
_MOST = {"depth": 1000, "w_0": 10_000, "w_a": 10_000, "w_m": 100, "group_width": 10_000}


def _number(key: str, meaning: str) -> RangeKey:
    """Return a key of the line with a number, or a range of numbers."""
    kind = "integer" if key in _WHOLE else "number"
    bounds = {"minimum": _LEAST[key], "maximum": _MOST[key]}
    return RangeKey(f"{meaning} It may be a range.", {"anyOf": [{"type": kind, **bounds}, {"type": "object"}]})


LINE: Keys = {
    "depth": _number("depth", "The number of blocks of all stages."),
    "w_0": _number("w_0", "The width of the first block."),
    "w_a": _number("w_a", "The growth of the width with each block."),
    "w_m": _number("w_m", "The factor between the widths of stages."),
    "stages": RangeKey("The names of the stages.", {"type": "array", "items": NAME, "minItems": 1}),
    "group_width": _number("group_width", "The channels of a group."),
}
"""The keys of the line itself."""

KEYS: Keys = {
    "regnet_line": RangeKey(
        "Blocks and widths of all stages from a quantized line (arXiv:2003.13678, equations 2 to 4).",
        {
            "type": "object",
            "properties": {key: {**each.form, "description": each.meaning} for key, each in LINE.items()},
            "required": list(_NEEDED),
            "additionalProperties": False,
        },
    ),
}


class RegNetLine(FrozenIdentity):
    """The names of the stages."""

    stages: tuple[str, ...]

    def stages_of(self, drawn: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the stages for a mapping that holds the line and what else is written of the stages.

        Args:
            drawn: the value of `stages` with numbers in place of the ranges.

        Returns:
            The blocks and channels of each stage, and `group_width` if the line has one, with the other keys merged
            over them; None if the line has not as many stages as there are names.
        """
        line = drawn["regnet_line"]
        found = quantized_line(line["depth"], line["w_0"], line["w_a"], line["w_m"])
        if len(found) != len(self.stages):
            return None
        widths = [width for width, _ in found]
        stages: dict[str, Any] = {
            name: {"blocks": count, "channels": width} for name, (width, count) in zip(self.stages, found, strict=True)
        }
        if "group_width" in line:
            fitting = zip(stages.values(), *compatible(widths, [line["group_width"]] * len(widths)), strict=True)
            for stage, width, group in fitting:
                stage |= {"channels": width, "group_width": group}
        others = {name: stage for name, stage in drawn.items() if name != "regnet_line"}
        merged: Any = merge_patch(stages, others)
        return dict(merged)


def read(written: dict[str, Any], at: Path) -> RegNetLine:
    """Read a line. The ranges of its numbers are ranges of their own.

    Raises:
        SpaceError: it is wrong.
    """
    line, here = written["regnet_line"], (*at, "regnet_line")
    if at != ("stages",):
        raise fault("RG209", "`regnet_line` describes all stages: write it under `stages`", here, part=Part.KEY)
    if not isinstance(line, dict):
        raise fault("RG203", f"`regnet_line` must be a mapping, not {kind(line)}", here)
    faults = Faults()
    names: tuple[str, ...] = ()
    with faults.collected():
        check_keys(line, here, LINE, _NEEDED, "line")
    for key in _LEAST.keys() & line.keys():
        with faults.collected():
            _check_number(key, line[key], (*here, key))
    if "stages" in line:
        with faults.collected():
            names = _names(line["stages"], (*here, "stages"))
    faults.raise_found()
    return RegNetLine(names)


def _names(value: object, at: Path) -> tuple[str, ...]:
    names = names_in(value, at)
    if repeated := first_repeated(names):
        raise fault("RG205", f"two stages have the name `{repeated}`", at)
    return names


def _check_number(key: str, value: object, at: Path) -> None:
    """Check a number of the line, or all numbers of its range."""
    if isinstance(value, dict) and "range" in value:
        bounds = numbers.read(value, at).bounds()
    elif isinstance(value, dict) and "choice" in value:
        bounds = choice.read(value, at).bounds()
    else:
        bounds = (value, value) if is_number(value) else None
    if bounds is None or (key in _WHOLE and not all(isinstance(end, int) for end in bounds)):
        what = "a whole number" if key in _WHOLE else "a number"
        raise fault("RG203", f"`{key}` must be {what}, or a `range` or `choice` of them", at)
    if bounds[0] < _LEAST[key] or bounds[1] > _MOST[key]:
        raise fault("RG204", f"`{key}` must be from {_LEAST[key]:g} to {_MOST[key]:,}", at)
