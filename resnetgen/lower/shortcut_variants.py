"""Specs with another value for one key of a shortcut: where the network is the same, the key has no effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.layers import ActLayer
from resnetgen.ops.activation import ActivationOrHereSlot
from resnetgen.spec.block_options import BlockGroup
from resnetgen.spec.spec import ShortcutOptions, Spec

_OTHERS = {
    "reads": {"input": "preact", "preact": "input"},
    "zeros": {"behind": "both", "both": "behind"},
    "pixels": {"strided": "mean", "mean": "strided"},
}

_MARK = ActLayer.model_construct(act=ActivationOrHereSlot.model_construct(type="tanh"))
"""A layer that changes any list of layers."""


def shortcut_variants(spec: Spec, names: list[str]) -> Iterator[tuple[Path, Spec]]:
    """Yield the path of each key of a shortcut that may have no effect, and the spec with another value of it.

    Args:
        spec: the spec.
        names: the stages that are built.
    """
    for key, block in _variants(spec.block):
        yield ("block", "shortcut", key), spec.model_copy(update={"block": block})
    for name, kind in spec.blocks.items():
        for key, changed in _variants(kind):
            yield ("blocks", name, "shortcut", key), spec.model_copy(update={"blocks": {**spec.blocks, name: changed}})
    for name in names:
        stage = spec.stages[name]
        for key, changed in _variants(stage):
            yield ("stages", name, "shortcut", key), _with_stage(spec, name, changed)
        for path, blocks in _variants_of_entries(stage.blocks):
            yield ("stages", name, *path), _with_stage(spec, name, stage.model_copy(update={"blocks": blocks}))


def _variants_of_entries(blocks: Any) -> Iterator[tuple[Path, Any]]:
    """Yield the path of each such key of a list of blocks, and the list with another value of it."""
    for index, entry in enumerate(blocks if isinstance(blocks, list) else ()):
        if isinstance(entry, BlockGroup):
            changes = [
                (path, entry.model_copy(update={"blocks": each})) for path, each in _variants_of_entries(entry.blocks)
            ]
        else:
            changes = [(("shortcut", key), changed) for key, changed in _variants(entry)]
        for path, changed in changes:
            yield ("blocks", index, *path), [*blocks[:index], changed, *blocks[index + 1 :]]


def _with_stage(spec: Spec, name: str, stage: Any) -> Spec:
    return spec.model_copy(update={"stages": {**spec.stages, name: stage}})


def _variants(options: Any) -> Iterator[tuple[str, Any]]:
    """Yield each such key of the options' shortcut, and the options with another value of it."""
    shortcut: ShortcutOptions | None = options.shortcut
    if shortcut is None:
        return
    for key in ("layers", "resize"):
        if (layers := getattr(shortcut, key)) is not None:
            yield key, _changed(options, key, [*layers, _MARK])
    for key, others in _OTHERS.items():
        if key in shortcut.model_fields_set:
            yield key, _changed(options, key, others[getattr(shortcut, key)])


def _changed(options: Any, key: str, value: object) -> Any:
    return options.model_copy(update={"shortcut": options.shortcut.model_copy(update={key: value})})
