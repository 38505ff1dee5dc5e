"""Settings that no block can take up: a key without an effect is an error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.expression import Expression
from resnetgen.fields import HERE
from resnetgen.layers import Layer
from resnetgen.lower.block import Position
from resnetgen.lower.block_types import NamedType
from resnetgen.lower.settings import Settings
from resnetgen.spec import BlockType, Spec


class Use(NamedTuple):
    """A block type in use: with which settings, in which position, in which stage.

    `dilated` says that the stage itself asks for a dilation, not only that its map comes from one that did.
    """

    kind: NamedType
    settings: Settings
    position: Position
    stage: Path
    dilated: bool


def unused(uses: list[Use]) -> list[Fault]:
    """A fault for each setting that none of the block types which it reaches can take up."""
    wanted: dict[Path, tuple[str, str]] = {}
    taken: set[Path] = set()
    known: dict[int, frozenset[str]] = {}
    for use in uses:
        reads = known.get(id(use.kind.type))
        if reads is None:
            reads = known[id(use.kind.type)] = _reads(use.kind.type)
        for key, at in _set(use):
            if key in reads or any(key in width.names() for width in use.settings.widths.values()):
                taken.add(at)
            else:
                wanted.setdefault(at, (key, use.kind.name))
    return [_fault(at, key, name) for at, (key, name) in wanted.items() if at not in taken]


def unused_types(spec: Spec) -> list[Fault]:
    """A fault for each block type of the spec that nothing in it asks for."""
    asked = {spec.block.type}
    for stage in spec.stages.values():
        asked.add(stage.type)
        asked.update(entry.type for entry in (stage.blocks if isinstance(stage.blocks, list) else ()))
    help = "use it in a stage, or take it out"
    return [
        Fault("RG209", f"no stage has blocks of the type `{name}`", Place(("blocks", name), Part.KEY), help=help)
        for name in spec.blocks
        if name not in asked
    ]


def overridden(spec: Spec) -> list[Fault]:
    """A fault for each stage's `stride` or `channels` that the entries of its list leave without effect."""
    faults = []
    for name, stage in spec.stages.items():
        entries = stage.blocks if isinstance(stage.blocks, list) else []
        if entries and "stride" in stage.written and entries[0].stride is not None:
            faults.append(_overridden(name, "stride", "the first entry of `blocks` has its own"))
        if entries and stage.channels is not None and all(entry.channels is not None for entry in entries):
            faults.append(_overridden(name, "channels", "every entry of `blocks` has its own"))
    return faults


def _overridden(stage: str, key: str, why: str) -> Fault:
    place = Place(("stages", stage, key), Part.KEY)
    return Fault("RG209", f"`{key}` has no effect: {why}", place, help="take one of them out")


def _set(use: Use) -> Iterable[tuple[str, Path]]:
    """The settings with a place to go: their key, and the path that wrote them."""
    settings, position = use.settings, use.position
    ones = (1,) * len(position.stride)
    if settings.get("groups") is not None and settings.get("groups").text != "1":
        yield "groups", settings.origins.get("groups", use.position.at)
    if settings.get("dropout"):
        yield "dropout", settings.origins.get("dropout", use.position.at)
    if position.stride != ones and settings.get("stride_on") is None:
        yield "stride", (*use.position.at, "stride")
    if use.dilated:
        yield "dilation", (*use.stage, "dilation")
    for name in settings.widths:
        if name in settings.origins:
            yield name, settings.origins[name]


def _fault(at: Path, key: str, name: str) -> Fault:
    if key in ("groups", "dropout", "stride", "dilation"):
        message = f"`{key}` has no effect: no layer of the block type `{name}` says `{key}: {HERE}`"
        help = f"use another block type, or describe one whose layer has `{key}: {HERE}`"
    else:
        message = f"the width `{key}` has no effect: no layer of the block type `{name}` speaks of it"
        help = f"take it out, or write `to: {key}` in a layer"
    return Fault("RG209", message, Place(at, Part.KEY), help=help)


def _reads(kind: BlockType) -> frozenset[str]:
    """What a block type takes from the block in use: the keys that say `here`, and the names of widths."""
    reads: set[str] = set()
    for layer in kind.branch:
        reads |= _layer_reads(layer)
    for width in (kind.mid, *(kind.widths or {}).values()):
        reads |= width.names() if width is not None else set()
    return frozenset(reads)


def _layer_reads(layer: Layer) -> set[str]:
    reads: set[str] = set()
    for key in layer.written:
        value: Any = getattr(layer, key)
        if value == HERE:
            reads.add(key)
        elif isinstance(value, Expression):
            reads |= value.names()
    return reads
