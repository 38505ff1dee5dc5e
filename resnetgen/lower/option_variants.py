"""Specs with other options of blocks at one place: in `block`, a block type, a stage or an entry of its list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.spec.block_options import BlockGroup
from resnetgen.spec.spec import Spec, Stage

Variants = Callable[[Any], Iterator[tuple[Path, Any]]]
"""Yields the path of each key of some options that is tried, and the options with another value of it."""


def option_variants(spec: Spec, names: list[str], variants: Variants) -> Iterator[tuple[Path, Spec]]:
    """Yield the path of each key of options that may have no effect, and the spec with another value of it.

    Args:
        spec: the spec.
        names: the stages that are built.
        variants: yields the keys of one place, with the options that it may have instead.
    """
    for path, block in variants(spec.block):
        yield ("block", *path), spec.model_copy(update={"block": block})
    for name, kind in spec.blocks.items():
        for path, changed in variants(kind):
            yield ("blocks", name, *path), spec.model_copy(update={"blocks": {**spec.blocks, name: changed}})
    for name in names:
        stage = spec.stages[name]
        for path, changed in variants(stage):
            yield ("stages", name, *path), with_stage(spec, name, changed)
        for path, blocks in _variants_of_entries(stage.blocks, variants):
            yield ("stages", name, *path), with_stage(spec, name, stage.model_copy(update={"blocks": blocks}))


def _variants_of_entries(blocks: Any, variants: Variants) -> Iterator[tuple[Path, Any]]:
    """Yield the path of each such key of a list of blocks, and the list with another value of it."""
    for index, entry in enumerate(blocks if isinstance(blocks, list) else ()):
        if isinstance(entry, BlockGroup):
            changes = [
                (path, entry.model_copy(update={"blocks": each}))
                for path, each in _variants_of_entries(entry.blocks, variants)
            ]
        else:
            changes = list(variants(entry))
        for path, changed in changes:
            yield ("blocks", index, *path), [*blocks[:index], changed, *blocks[index + 1 :]]


def with_stage(spec: Spec, name: str, stage: Stage) -> Spec:
    """Return the spec with another stage under a name."""
    return spec.model_copy(update={"stages": {**spec.stages, name: stage}})
