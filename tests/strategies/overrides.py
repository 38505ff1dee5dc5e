"""Removal of settings without effect from random specs: a setting overridden everywhere is an error."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from typing import Any

from tests.strategies.choices import Data

OWN = {"blocks", "channels", "stride", "repeat", "dilation", "first_dilation", "transition"}
"""Keys that blocks do not inherit."""


def last_built(spec: Data) -> int:
    """Return the index of the last stage that is built."""
    names, head = list(spec["stages"]), spec.get("head")
    wanted = names if head is None or "pool" in head else head["features"]
    return max(names.index(name) for name in wanted if name != "stem")


def heads_of(spec: Data) -> dict[str, Data]:
    """The heads by name; a single one is called `head`, as in `training`."""
    found: dict[str, Data] = spec["heads"] if "heads" in spec else {"head": spec["head"]}
    return found


def without_overridden(spec: Data) -> Data:
    """The spec without the settings that others write over wherever they hold."""
    names = list(spec["stages"])
    stages = [spec["stages"][name] for name in names[: last_built(spec) + 1]]
    for stage in stages:
        if stage["blocks"] == 1:
            stage.pop("dilation", None)  # at most the first block of the next stage would have it
        if isinstance(stage["blocks"], list):
            _drop(stage, [[entry] for entry in _entries(stage)])
    uses = [[stage, entry] for stage in stages for entry in _entries(stage)]
    _drop(spec["block"], uses)
    _drop_from_types(spec, uses)
    if not any(_moves(settings) for use in uses for settings in use):
        spec["block"].pop("stride_on", None)
    _without_strides(spec["block"], [(use, _use_strides(*use)) for use in uses])
    for stage in stages:
        _without_strides(stage, [([entry], _use_strides(stage, entry)) for entry in _entries(stage)])
        for entry in _entries(stage):
            _without_strides(entry, [([], _use_strides(stage, entry))])
    whole = [[spec["block"], _kind(spec, *use), *use] for use in uses]
    others = [*spec["stem"], *(layer for head in heads_of(spec).values() for layer in head.get("layers", ()))]
    others += [layer for stage in spec["stages"].values() for layer in stage.get("transition", ())]
    dead = [
        key
        for key in ("convolution", "norm", "act")
        if _overridden(key, whole) and not any(_reads(layer, key) for layer in others)
    ]
    return {key: value for key, value in spec.items() if key not in dead}


def _entries(stage: Data) -> list[Data]:
    blocks = stage["blocks"]
    return [entry for item in blocks for entry in item.get("blocks", [item])] if isinstance(blocks, list) else [{}]


def _kind(spec: Data, stage: Data, entry: Data) -> Data:
    """The block type in use, where it is one of the spec's own."""
    name = entry.get("type") or stage.get("type") or spec["block"].get("type")
    kind: Data = spec["blocks"].get(name, {})
    return kind


def _drop(options: Data, uses: list[list[Data]]) -> None:
    for key in [key for key in options if key not in OWN and key != "widths" and _overridden(key, uses)]:
        del options[key]
    inside = [[settings.get("widths", {}) for settings in use] for use in uses]
    for name in [name for name in options.get("widths", {}) if _overridden(name, inside)]:
        del options["widths"][name]


def _drop_from_types(spec: Data, uses: list[list[Data]]) -> None:
    """Drop the defaults of block types that every block has its own for, and filters of layers that never stride."""
    for kind in spec["blocks"].values():
        of_kind = [use for use in uses if _kind(spec, *use) is kind]
        if not of_kind:
            continue
        widths = kind.get("widths", {})
        named = {word for width in widths.values() for word in re.findall(r"[A-Za-z_]\w*", str(width))}
        left = copy.deepcopy(kind)
        _drop(left, [[spec["block"], *use] for use in of_kind])
        kept = {each: width for each, width in widths.items() if each in named or each in left.get("widths", {})}
        held = {"branch", "description", *({"mid"} & named)}
        rest = {key: kind[key] for key in kind if key != "widths" and (key in held or key in left)}
        left = rest | ({"widths": kept} if kept else {})
        if not any(_use_strides(*use) for use in of_kind):
            for layer in left["branch"]:
                if "here" in _steps(layer.get("stride", 1)):
                    layer.pop("antialias", None)
        kind.clear()
        kind.update(left)


def _overridden(key: str, uses: Iterable[list[Data]]) -> bool:
    return all(any(key in settings for settings in use) for use in uses)


def _without_strides(options: Data, uses: list[tuple[list[Data], bool]]) -> None:
    """Drop what is said of strides where none of the blocks that it reaches has one."""
    strided = [use for use, strides in uses if strides]
    if _overridden("antialias", strided):
        options.pop("antialias", None)
    shortcut = options.get("shortcut")
    if isinstance(shortcut, dict) and _overridden("shortcut", strided):
        shortcut.pop("kernel", None)


def _use_strides(stage: Data, entry: Data) -> bool:
    """Return whether the first of these blocks has a stride."""
    blocks = stage["blocks"]
    first = not _opens_with_stride(stage) and (not isinstance(blocks, list) or _entries(stage)[0] is entry)
    return _strides(entry["stride"] if "stride" in entry else stage.get("stride", 1) if first else 1)


def _opens_with_stride(stage: Data) -> bool:
    """Return whether a layer before the blocks of a stage has its stride."""
    return any("here" in _steps(layer.get("stride", 1)) for layer in stage.get("transition", ()))


def _steps(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _strides(value: Any) -> bool:
    return any(step != 1 for step in _steps(value))


def _moves(settings: Data) -> bool:
    """Return whether blocks stride or dilate here, so that the layer of the stride matters."""
    keys = ("dilation",) if _opens_with_stride(settings) else ("stride", "dilation", "first_dilation")
    values = [settings[key] for key in keys if key in settings]
    return any(value != 1 and value != [1] * 3 and value != [1] * 2 and value != [1] for value in values)


def _reads(layer: Data, key: str) -> bool:
    """Return whether a layer uses the norm or the activation of its context."""
    if layer.get(key) in ("here", {"type": "here"}):
        return True
    return key not in layer and ("conv" in layer or ("norm" in layer and key != "convolution"))
