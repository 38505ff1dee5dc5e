"""Training options in random specs, each with an effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.strategies.choices import Chooser, Data
from tests.strategies.overrides import heads_of, last_built


def training(chooser: Chooser, spec: Data) -> Data:
    """The key `training`, in a spec that is complete but for it; now and then nothing."""
    names = list(spec["stages"])
    built = names[: last_built(spec) + 1]
    ends = [name for name in ("stem", *heads_of(spec)) if _is_trained(spec, name)]
    frozen = [name for name in (*ends, *built) if chooser.chance(0.3)]
    settings: Data = chooser.maybe(0.5, frozen=frozen) if frozen else {}
    active = _active(spec, built, settings.get("frozen", []))
    some = [name for name in active if chooser.chance(0.5)]
    settings |= chooser.maybe(0.5, checkpoint=some or True) if active else {}
    kept = [name for name in built if chooser.chance(0.5)] if _normalizes(spec) else []
    settings |= chooser.maybe(0.5, norm_eval=chooser.one_of(True, kept)) if kept else {}
    return {"training": settings} if settings else {}


def _is_trained(spec: Data, end: str) -> bool:
    """Return whether the stem or a head surely has parameters."""
    head = heads_of(spec).get(end, {})
    layers = spec["stem"] if end == "stem" else head.get("layers", [])
    return any("conv" in layer for layer in layers) or "classes" in head


def _active(spec: Data, built: list[str], frozen: list[str]) -> list[str]:
    """The stages that a gradient surely comes through."""
    if _is_trained(spec, "stem") and "stem" not in frozen:
        return built
    trained = [index for index, name in enumerate(built) if name not in frozen]
    return built[trained[0] :] if trained else []


def _normalizes(spec: Data) -> bool:
    """Return whether every block surely has a batch norm: a built-in type, and no norm is set."""
    return not spec["blocks"] and "norm" not in set(_keys(spec)) and "order" not in set(_keys(spec))


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _keys(item)
