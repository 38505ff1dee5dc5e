"""Every key has an effect: another value of it gives another network, or an error."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from resnetgen.ir.network import Network
from resnetgen.lower import lower
from resnetgen.spec.spec import Spec
from resnetgen.spec.validate import validate
from tests.strategies.overrides import last_built
from tests.strategies.specs import random_spec

Path = tuple[str | int, ...]

WORDS: dict[str, tuple[Any, ...]] = {
    "act": ("tanh", "silu", "none"),
    "norm": ("instance", "none", "batch"),
    "shortcut": ("projection", "none", "pad", "avg_projection"),
    "order": ("norm-act-conv", "conv-norm-act", "act-conv-norm"),
    "spatial": ("none", "split_attention"),
    "attention": ("eca", "cbam"),
    "antialias": ("none", "blur", {"type": "avg", "size": 5}),
    "branch_scale": ("none", "rezero", "skipinit"),
    "convolution": ("plain", "weight_standardized"),
    "gamma": ("gelu",),
    "padding_mode": ("circular", "zeros", "reflect"),
    "stride_on": ("conv1", "conv2"),
    "pool": ("max", "avg"),
    "activation": ("softmax", "sigmoid", "none"),
    "classifier": ("conv", "linear"),
    "schedule": ("linear", "constant"),
    "place": ("start", "end", "sum"),
    "gate": ("sigmoid", "tanh"),
    "padding": ("zeros", "reflect"),
    "fuse": ("add", "scale", "both"),
    "approximate": ("none", "tanh"),
    "conv": ("xavier_normal", "default"),
    "fan": ("fan_in", "fan_out"),
    "type": (),
}
"""Other values of keys that hold a word."""

IDLE = {"name", "description", "reference", "aka", "features", "layout", "training", "init"}
"""Keys that are no part of the network's arithmetic, or are named by others: their tests are elsewhere."""


def lowered(data: dict[str, Any]) -> Network | None:
    """The network of a spec, or None if it is refused."""
    spec, _ = validate(data, Spec)
    return None if spec is None else lower(spec)[0]


def leaves(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the path and value of each leaf; a list of numbers is one."""
    if isinstance(data, dict):
        for key, value in data.items():
            if path or key not in IDLE:
                yield from leaves(value, (*path, key))
    elif isinstance(data, list) and data and isinstance(data[0], dict):
        for index, value in enumerate(data):
            yield from leaves(value, (*path, index))
    else:
        yield path, data


def others(path: Path, value: Any) -> list[Any]:
    """Return other values for a key."""
    key = str(path[-1])
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value + 2, value * 8, value * 2, value * 64]
    if isinstance(value, float):
        return [value / 2, value * 0.9, 0.95, 64.0]
    if isinstance(value, list) and value and all(isinstance(each, int) for each in value):
        return [[each + 1 for each in value]]
    if value == "here":
        return []
    if isinstance(value, str):
        return [word for word in WORDS.get(key, (f"{value} + 8", f"2 * ({value})", f"{value} + 1")) if word != value]
    return []


def with_value(data: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(data)
    inside: Any = changed
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return changed


def is_replaced(data: dict[str, Any], path: Path) -> bool:
    """Return whether a path is a stride for which `output_stride` puts a dilation, which a single block may not see."""
    return "output_stride" in data and path[0] == "stages" and path[-1] == "stride"


def is_built(data: dict[str, Any], path: Path) -> bool:
    """Return whether a path is no part of a stage that is not built, nor of a type that only such stages have."""
    built = list(data["stages"].items())[: last_built(data) + 1]
    if path[0] == "stages":
        return path[1] in dict(built)
    if path[0] != "blocks":
        return True
    entries = [entry for _, stage in built if isinstance(stage["blocks"], list) for entry in stage["blocks"]]
    return path[1] in {each.get("type") for each in (data["block"], *dict(built).values(), *entries)}


def is_held(data: dict[str, Any], path: Path) -> bool:
    """Return whether a value may be covered by another: a multiple below `least`, a width that another refers to."""
    inside: Any = data
    for step in path[:-1]:
        inside = inside[step]
    if path[-1] == "divisor":
        return bool(inside.get("type") == "split_attention")
    kind = data["blocks"].get(path[1], {}) if path[0] == "blocks" else {}
    return path[-1] == "mid" and any("mid" in str(width) for width in kind.get("widths", {}).values())


def without_effect(data: dict[str, Any]) -> list[tuple[Path, Any]]:
    """Return the keys of a valid spec that no other value changes anything by."""
    network = lowered(data)
    found: list[tuple[Path, Any]] = []
    if network is None:
        return found
    for path, value in leaves(data):
        values = others(path, value)
        if not values or is_replaced(data, path) or is_held(data, path) or not is_built(data, path):
            continue
        if path[-1] == "schedule" and network.blocks() == 1:
            continue  # the only block is the last one, which has the whole rate in either case
        if all(lowered(with_value(data, path, other)) == network for other in values):
            found.append((path, value))
    return found


def examine(numbers: range) -> int:
    """Examine the keys of valid random specs; return how many these are."""
    valid = 0
    for number in numbers:
        data = random_spec(5, number)
        if lowered(data) is None:
            continue
        valid += 1
        assert [] == without_effect(data), (number, data)
    return valid


def test_every_key_has_an_effect() -> None:
    assert examine(range(120)) > 20


@pytest.mark.slow
def test_every_key_has_an_effect_for_long() -> None:
    assert examine(range(120, 20_000)) > 5_000
