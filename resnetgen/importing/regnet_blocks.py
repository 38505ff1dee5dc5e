"""The blocks of RegNets in the language of specs, as in those of the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

BLOCKS: dict[str, Any] = {
    "x_block": {
        "branch": [
            {"conv": 1, "to": "out", "name": "a"},
            {"conv": 3, "to": "out", "stride": "here", "groups": "here", "name": "b"},
            {"conv": 1, "to": "out", "act": "none", "name": "c"},
        ]
    }
}
"""The block type of the RegNets that ship."""


def grouped(
    block: Mapping[str, Any], stages: Mapping[str, Mapping[str, Any]], widths: Sequence[int], groups: Sequence[int]
) -> dict[str, Any]:
    """Return the keys `block` and `stages` with the groups of their convolutions.

    Args:
        block: the options of all blocks.
        stages: the stages, with their channels.
        widths: the channels of a group in each stage, as they are asked for.
        groups: the number of groups in each stage.

    Returns:
        The groups as `group_width` where the widths are exact, for all blocks at once if all stages have the same.
    """
    exact = all(
        count * width == stage["channels"] for stage, width, count in zip(stages.values(), widths, groups, strict=True)
    )
    if exact and len(set(widths)) == 1:
        return {"block": {**block, "group_width": widths[0]}, "stages": dict(stages)}
    own = [{"group_width": width} for width in widths] if exact else [{"groups": count} for count in groups]
    merged = {name: {**stage, **key} for (name, stage), key in zip(stages.items(), own, strict=True)}
    return {"block": dict(block), "stages": merged}
