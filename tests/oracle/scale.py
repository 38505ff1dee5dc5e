"""`scale` in plain words: the data of a spec with other widths and depths, for tests/oracle/network.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from math import ceil
from typing import Any

Data = Mapping[str, Any]


def scaled(spec: Data) -> Data:
    """Return a spec that says what another one means by its `scale`."""
    if "scale" not in spec:
        return spec
    scale = {"width": 1, "depth": 1, "divisor": 8, "keep_width": [], "keep_depth": [], **spec["scale"]}
    wide = _wide(spec, scale) if scale["width"] != 1 else dict(spec)
    stages = {
        name: stage if name in scale["keep_depth"] else _deep(stage, scale["depth"])
        for name, stage in wide["stages"].items()
    }
    return {**{key: value for key, value in wide.items() if key != "scale"}, "stages": stages}


def _wide(spec: Data, scale: Data) -> dict[str, Any]:
    found = dict(spec)
    for key in {"stem", "head", "block", "blocks"} & spec.keys() - {*scale["keep_width"]}:
        found[key] = _widths(spec[key], scale)
    if "heads" in spec:
        kept = scale["keep_width"]
        found["heads"] = {name: head if name in kept else _widths(head, scale) for name, head in spec["heads"].items()}
    stages = spec["stages"].items()
    found["stages"] = {name: stage if name in scale["keep_width"] else _widths(stage, scale) for name, stage in stages}
    return found


def _widths(value: Any, scale: Data) -> Any:
    """Return data with each width that names no other one times the factor; the keys of widths are known by name."""
    if isinstance(value, list):
        return [_widths(item, scale) for item in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, item in value.items():
        if key in ("to", "channels", "mid"):
            found[key] = _width(item, scale)
        elif key in ("pool", "then"):  # the pool and the layers after it keep their widths
            found[key] = item
        elif key == "widths":
            found[key] = {name: _width(width, scale) for name, width in item.items()}
        else:
            found[key] = _widths(item, scale)
    return found


def _width(written: int | str, scale: Data) -> int | str:
    """Return a width times the factor; what is computed for each block is rounded there."""
    if set(re.findall(r"[A-Za-z_]\w*", str(written))) - {"block"}:
        return written
    if isinstance(written, str):
        return f"round({written}, {scale['width']}, {scale['divisor']})"
    return rounded(written, scale["width"], scale["divisor"])


def rounded(width: int, factor: float, divisor: int) -> int:
    """Return a width times a factor as MobileNet rounds it."""
    value = Decimal(str(factor)) * width
    nearest = max(divisor, int((value + Decimal(divisor) / 2) // divisor) * divisor)
    return nearest + divisor if nearest < Decimal("0.9") * value else nearest


def _deep(stage: Data, factor: float) -> Data:
    blocks = stage["blocks"]
    if isinstance(blocks, int):
        return {**stage, "blocks": ceil(Decimal(str(factor)) * blocks)}
    numbers = [item.get("repeat", 1) for item in blocks]
    left, most = sum(numbers), ceil(Decimal(str(factor)) * sum(numbers))
    deep: list[Data] = []
    for item, number in zip(reversed(blocks), reversed(numbers), strict=True):
        share = max(1, round(number / left * most))
        left, most = left - number, most - share
        deep.insert(0, {**item, "repeat": share})
    return {**stage, "blocks": deep}
