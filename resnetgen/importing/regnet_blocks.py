"""The blocks of RegNets in the language of specs, as in those of the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_BRANCH: Sequence[Mapping[str, Any]] = (
    {"conv": 1, "to": "out"},
    {"conv": 3, "to": "out", "stride": "here", "groups": "here"},
    {"conv": 1, "to": "out", "act": "none"},
)

BLOCKS: dict[str, Any] = {
    "x_block": {"branch": [{**layer, "name": name} for layer, name in zip(_BRANCH, "abc", strict=True)]}
}
"""The block type of the RegNets that ship."""

UNNAMED_BLOCKS: dict[str, Any] = {"x_block": {"branch": [dict(layer) for layer in _BRANCH]}}
"""The same for a layout that lists the names of all layers, in which names of their own would have no effect."""


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
        The groups as `group_width` where all widths are exact: the last stage's for all blocks, and for each stage with
        other ones its own.
    """
    exact = all(
        count * width == stage["channels"] for stage, width, count in zip(stages.values(), widths, groups, strict=True)
    )
    key, values = ("group_width", widths) if exact else ("groups", groups)
    own = [{key: value} if value != values[-1] else {} for value in values]
    merged = {name: {**stage, **more} for (name, stage), more in zip(stages.items(), own, strict=True)}
    return {"block": {**block, key: values[-1]}, "stages": merged}
