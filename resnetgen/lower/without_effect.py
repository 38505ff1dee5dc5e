"""Find keys without effect by trial: another value of the key gives the same stages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.lower.shortcut_variants import shortcut_variants
from resnetgen.lower.strides import per_axis
from resnetgen.schema.fields import HERE, Axes
from resnetgen.spec.spec import Spec

_WHY = {
    "dilation": "the layers of the first block up to its stride use `first_dilation`, and no other layer is dilated",
    "first_dilation": "no layer of the stage's first block uses it",
    "antialias": "none of these layers has a stride",
    "layers": "no block with this shortcut changes its shape",
    "resize": "no block with this shortcut keeps its channels and changes its size",
    "reads": "no block with this shortcut begins with a norm or an activation and has more than the identity beside it",
    "zeros": "no block with this shortcut adds channels",
    "pixels": "no block with this shortcut has a stride",
}


def without_effect(spec: Spec, names: list[str], rank: int, changed: Callable[[Spec], bool]) -> list[Fault]:
    """Return the faults of dilations and anti-aliasing that change nothing.

    Args:
        spec: the spec.
        names: the stages that are built.
        rank: the number of axes.
        changed: tells whether the stages of another spec differ from those of this one.
    """
    variants: list[tuple[Path, Spec]] = [
        (("stages", name, key), variant) for name in names for key, variant in _variants_of_stage(spec, name, rank)
    ]
    if _filters(spec.block.antialias):
        block = spec.block.model_copy(update={"antialias": _larger(spec.block.antialias)})
        variants.append((("block", "antialias"), spec.model_copy(update={"block": block})))
    variants += shortcut_variants(spec, names)
    variants += _variants_of_types(spec)
    return [_fault(path) for path, variant in variants if not changed(variant)]


def _variants_of_stage(spec: Spec, name: str, rank: int) -> list[tuple[str, Spec]]:
    """Return the spec with another value for each key of a stage that is not at its default."""
    stage = spec.stages[name]
    updates: list[tuple[str, dict[str, object]]] = []
    for key in ("dilation", "first_dilation"):
        value: Axes | None = getattr(stage, key)
        if value is not None and set(per_axis(value, rank, ("stages", name, key))) != {1}:
            updates.append((key, {key: tuple(extent + 1 for extent in per_axis(value, rank, ()))}))
    if _filters(stage.antialias):
        updates.append(("antialias", {"antialias": _larger(stage.antialias)}))
    return [(key, _with_stage(spec, name, update)) for key, update in updates]


def _variants_of_types(spec: Spec) -> list[tuple[Path, Spec]]:
    """Return the spec with a larger filter of a layer, for each layer that has the stride of its block."""
    found: list[tuple[Path, Spec]] = []
    for name, kind in spec.blocks.items():
        for index, layer in enumerate(kind.branch):
            slot = getattr(layer, "antialias", None)
            if _filters(slot) and getattr(layer, "stride", None) == HERE:
                larger = layer.model_copy(update={"antialias": _larger(slot)})
                branch = [*kind.branch[:index], larger, *kind.branch[index + 1 :]]
                blocks = {**spec.blocks, name: kind.model_copy(update={"branch": branch})}
                path = ("blocks", name, "branch", index, "antialias")
                found.append((path, spec.model_copy(update={"blocks": blocks})))
    return found


def _filters(slot: Any) -> bool:
    return slot is not None and slot.type != "none"


def _larger(slot: Any) -> Any:
    """Return the slot with a larger filter: blocks that do not stride have none of it."""
    return slot.model_copy(update={"size": (slot.size or 1) + 2})


def _with_stage(spec: Spec, name: str, update: dict[str, object]) -> Spec:
    return spec.model_copy(update={"stages": {**spec.stages, name: spec.stages[name].model_copy(update=update)}})


def _fault(path: Path) -> Fault:
    key = str(path[-1])
    message = f"`{key}` has no effect: {_WHY[key]}"
    return Fault("RG209", message, Place(path, Part.KEY), help="remove it")
