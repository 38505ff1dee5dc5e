"""Find keys without effect by trial: another value of the key gives the same stages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.lower.convolution_variants import convolution_variants, variants_of_network
from resnetgen.lower.option_variants import option_variants, with_stage
from resnetgen.lower.shortcut_variants import shortcut_variants
from resnetgen.lower.strides import per_axis
from resnetgen.schema.fields import Axes, says_here
from resnetgen.spec.spec import BlockEntry, BlockGroup, EntryOrGroup, Spec, Stage

MOST_TRIALS = 50
"""The most keys of one stage that are tried: a trial lowers all stages anew."""

_WHY = {
    "dilation": "the layers of the first block up to its stride use `first_dilation`, and no other layer is dilated",
    "first_dilation": "no layer of the first block uses it",
    "antialias": "none of these layers has a stride",
    **dict.fromkeys(
        ("max_pool", "avg_pool", "ceil_mode", "count_include_pad"), "no block with this shortcut has a stride"
    ),
    "layers": "no block with this shortcut changes its shape",
    "resize": "no block with this shortcut keeps its channels and changes its size",
    "reads": "no block with this shortcut begins with a norm or an activation and has more than the identity beside it",
    "bias": "every convolution that it reaches has a `bias` of its own",
    "padding": "no convolution that it reaches has padding, or each has its own",
    "padding_mode": "no convolution that it reaches has padding, or each has its own",
    "zeros": "no block with this shortcut adds channels",
    "pixels": "no block with this shortcut has a stride",
}


def without_effect(spec: Spec, names: list[str], rank: int, changed: Callable[[Spec], bool]) -> list[Fault]:
    """Return the faults of dilations and anti-aliasing that change nothing.

    Args:
        spec: the spec.
        names: the stages that are built.
        rank: the number of axes.
        changed: tells whether the network of another spec differs from that of this one.
    """
    variants: list[tuple[Path, Spec]] = [
        (("stages", name, *path), variant)
        for name in names
        for path, variant in islice(_variants_of_stage(spec, name, rank), MOST_TRIALS)
    ]
    if _filters(spec.block.antialias):
        block = spec.block.model_copy(update={"antialias": _larger(spec.block.antialias)})
        variants.append((("block", "antialias"), spec.model_copy(update={"block": block})))
    variants += option_variants(spec, names, _variants_of_options)
    variants += variants_of_network(spec)
    variants += _variants_of_types(spec)
    return [_fault(path) for path, variant in variants if not changed(variant)]


def _variants_of_stage(spec: Spec, name: str, rank: int) -> list[tuple[Path, Spec]]:
    """Return the spec with another value for each key of a stage that is not at its default."""
    stage = spec.stages[name]
    updates = _dilated(stage, rank)
    if _filters(stage.antialias):
        updates.append(("antialias", {"antialias": _larger(stage.antialias)}))
    own = [((key,), stage.model_copy(update=update)) for key, update in updates]
    return [(path, with_stage(spec, name, variant)) for path, variant in (*own, *_variants_of_entries(stage, rank))]


def _variants_of_entries(stage: Stage, rank: int) -> Iterator[tuple[Path, Stage]]:
    """Yield the stage with another dilation of an entry of its list, for the first of these."""
    blocks = stage.blocks if isinstance(stage.blocks, list) else []
    for index, item in enumerate(blocks):
        inside = item.blocks if isinstance(item, BlockGroup) else [item]
        for at, entry in enumerate(inside):
            for key, update in _dilated(entry, rank):
                changed: EntryOrGroup = entry.model_copy(update=update)
                path: Path = ("blocks", index, key)
                if isinstance(item, BlockGroup):
                    changed = item.model_copy(update={"blocks": [*inside[:at], changed, *inside[at + 1 :]]})
                    path = ("blocks", index, "blocks", at, key)
                yield path, stage.model_copy(update={"blocks": [*blocks[:index], changed, *blocks[index + 1 :]]})


def _dilated(options: Stage | BlockEntry, rank: int) -> list[tuple[str, dict[str, object]]]:
    """Return a larger value for each dilation that a stage or an entry has."""
    updates: list[tuple[str, dict[str, object]]] = []
    for key in ("dilation", "first_dilation"):
        value: Axes | None = getattr(options, key)
        if value is not None and set(per_axis(value, rank, (key,))) != {1}:
            updates.append((key, {key: tuple(extent + 1 for extent in per_axis(value, rank, (key,)))}))
    return updates


def _variants_of_types(spec: Spec) -> list[tuple[Path, Spec]]:
    """Return the spec with a larger filter of a layer, for each layer that has the stride of its block."""
    found: list[tuple[Path, Spec]] = []
    for name, kind in spec.blocks.items():
        for index, layer in enumerate(kind.branch):
            slot = getattr(layer, "antialias", None)
            if _filters(slot) and says_here(getattr(layer, "stride", None)):
                larger = layer.model_copy(update={"antialias": _larger(slot)})
                branch = [*kind.branch[:index], larger, *kind.branch[index + 1 :]]
                blocks = {**spec.blocks, name: kind.model_copy(update={"branch": branch})}
                path = ("blocks", name, "branch", index, "antialias")
                found.append((path, spec.model_copy(update={"blocks": blocks})))
    return found


def _variants_of_options(options: Any) -> Iterator[tuple[Path, Any]]:
    yield from shortcut_variants(options)
    yield from convolution_variants(options)


def _filters(slot: Any) -> bool:
    return slot is not None and slot.type != "none"


def _larger(slot: Any) -> Any:
    """Return the slot with a larger filter: blocks that do not stride have none of it."""
    return slot.model_copy(update={"size": (slot.size or 1) + 2})


def _fault(path: Path) -> Fault:
    key = str(path[-1])
    message = f"`{key}` has no effect: {_WHY[key]}"
    return Fault("RG209", message, Place(path, Part.KEY), help="remove it", unless_inherited=path[0] == "blocks")
