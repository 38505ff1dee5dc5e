"""Settings that no block can take up: a key without an effect is an error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.expression import Expression
from resnetgen.fields import HERE
from resnetgen.layers import Layer
from resnetgen.lower.block import Position
from resnetgen.lower.block_types import BUILT_IN, NamedType
from resnetgen.lower.settings import Settings
from resnetgen.spec import BlockType, Spec


class Use(NamedTuple):
    """A block type in use: with which settings, and in which position.

    `type_at` is the path that names the type, `stride_at` that of the stride, and `dilated_at` that of what asks the
    stage for a dilation: its `stride` where `output_stride` makes it one, and empty where the stage's map at most comes
    from one that was dilated.
    """

    kind: NamedType
    settings: Settings
    position: Position
    type_at: Path
    stride_at: Path
    dilated_at: Path


def unused(uses: list[Use]) -> list[Fault]:
    """A fault for each setting that none of the block types which it reaches can take up."""
    wanted: dict[Path, tuple[str, Use]] = {}
    taken: set[Path] = set()
    known: dict[int, frozenset[str]] = {}
    for use in uses:
        reads = known.get(id(use.kind.type))
        if reads is None:
            reads = known[id(use.kind.type)] = _reads(use.kind.type)
        asked = [(key, at) for key, at in _set(use) if at not in taken]
        spoken = _spoken(use.settings) if any(key not in reads for key, _ in asked) else frozenset()
        for key, at in asked:
            if key in reads or key in spoken:
                taken.add(at)
            else:
                wanted.setdefault(at, (key, use))
    return [_fault(at, key, use) for at, (key, use) in wanted.items() if at not in taken]


def _spoken(settings: Settings) -> frozenset[str]:
    """The names that the widths in force speak of."""
    return frozenset(name for width in settings.widths.values() for name in width.names())


def unused_types(spec: Spec) -> list[Fault]:
    """A fault for each block type of the spec that nothing in it asks for, unless something asks for an unknown one."""
    asked: set[str | None] = set()
    for stage in spec.stages.values():
        entries = [entry.type for entry in stage.blocks] if isinstance(stage.blocks, list) else [None]
        asked.update(own or stage.type or spec.block.type for own in entries)
    if not asked <= {*spec.blocks, *BUILT_IN}:
        return []
    help = "use it in a stage, or take it out"
    return [
        Fault("RG209", f"no stage has blocks of the type `{name}`", Place(("blocks", name), Part.KEY), help=help)
        for name in spec.blocks
        if name not in asked
    ]


def _set(use: Use) -> Iterable[tuple[str, Path]]:
    """The settings with a place to go: their key, and the path that wrote them."""
    settings, position = use.settings, use.position
    ones = (1,) * len(position.stride)
    if settings.get("groups") is not None and settings.get("groups").text != "1":
        yield "groups", settings.origins.get("groups", use.position.at)
    if settings.get("dropout"):
        yield "dropout", settings.origins.get("dropout", use.position.at)
    if position.stride != ones and settings.get("stride_on") is None:
        yield "stride", use.stride_at
    if use.dilated_at:
        yield "dilation", use.dilated_at
    for name in settings.widths:
        if name in settings.origins:
            yield name, settings.origins[name]


def _fault(at: Path, key: str, use: Use) -> Fault:
    name = use.kind.name
    if key in ("groups", "dropout", "stride", "dilation"):
        replaced = key == "dilation" and at[-1] == "stride"
        what = "`output_stride` makes this a dilation" if replaced else f"`{at[-1]}` has no effect"
        message = f"{what}{', but' if replaced else ':'} no layer of the block type `{name}` says `{key}: {HERE}`"
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
