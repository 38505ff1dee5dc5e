"""Unused settings: a key that no block reads is an error."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.layers import ActLayer, ConvLayer, Layer, NormLayer
from resnetgen.layers.context import Position
from resnetgen.layers.settings import Settings, width_key
from resnetgen.layers.strides import is_strided_by_number, written_stride
from resnetgen.lower.block_types import BUILT_IN, NamedType
from resnetgen.lower.entries import written_entries
from resnetgen.ops.attention import AttentionSlot
from resnetgen.ops.norms import NormKind
from resnetgen.ops.slot import HereSlot, chosen
from resnetgen.schema.fields import HERE, says_here
from resnetgen.schema.width_expression import Expression
from resnetgen.spec.block_options import BlockOptions, ShortcutOptions
from resnetgen.spec.spec import BlockType, Spec


class Use(NamedTuple):
    """A block type in use, with its settings and position.

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


def unused(uses: list[Use], norm: NormKind) -> list[Fault]:
    """Return a fault for each setting that none of its block types reads.

    `norm` is the one that holds where a block has none of its own.
    """
    candidates: dict[Path, tuple[str, Use]] = {}
    used: set[Path] = set()
    known: dict[str, frozenset[str]] = {}
    for use in uses:
        by_type = known.get(use.kind.name)
        if by_type is None:
            by_type = known[use.kind.name] = _keys_read_by_type(use.kind)
        to_use = [(key, at) for key, at in _settings_to_use(use) if at not in used]
        used.update(at for key, at in to_use if key in by_type)
        unread = [(key, at) for key, at in to_use if key not in by_type]
        if not unread:
            continue  # the usual case
        reads = by_type | _keys_read_by_position(use) | ({"act"} if activated(use, norm) else set())
        reads |= {f"norm.{option}" for option in _options_of_activation(use)} if _fuses(use) else set()
        mentioned = _named(use.settings, reads) if any(key not in reads for key, _ in unread) else frozenset()
        for key, at in unread:
            if key in reads or key in mentioned:
                used.add(at)
            else:
                candidates.setdefault(at, (key, use))
    return [_fault(at, key, use) for at, (key, use) in candidates.items() if at not in used]


def _named(settings: Settings, reads: Collection[str]) -> frozenset[str]:
    """Return the keys of the widths that other widths, the attention, or groups that a layer reads refer to."""
    groups = settings.get("groups", settings.get("group_width")) if "groups" in reads else None
    attention = chosen(settings.get("attention"))
    inside = () if attention is None else attention.expressions().values()
    written = (*settings.widths.values(), *([groups] if groups is not None else []), *inside)
    return frozenset(width_key(name) for width in written for name in width.names())


def unused_types(spec: Spec) -> list[Fault]:
    """Return a fault for each block type that no stage uses, unless a stage names an unknown type.

    A base may define more types than one of the specs that extend it uses.
    """
    used: set[str | None] = set()
    for stage in spec.stages.values():
        entries = [entry.type for entry in written_entries(stage)] or [None]
        used.update(own or stage.type or spec.block.type for own in entries)
    if not used <= {*spec.blocks, *BUILT_IN}:
        return []
    help = "use it in a stage, or remove it"
    return [
        Fault(
            "RG209",
            f"no stage uses the block type `{name}`",
            Place(("blocks", name), Part.KEY),
            help=help,
            unless_inherited=True,
        )
        for name in spec.blocks
        if name not in used
    ]


_UNUSED_REASONS = {
    "antialias": "every layer with a stride in these blocks has its own",
    "convolution": "every convolution of `{name}` has its own",
    "norm": "every norm in `{name}` has a type of its own",
    "act": "every activation in `{name}` is set by its layer or included in its norm",
}
"""Why nothing takes up a key that layers take up by themselves, without saying `here`."""


_TAKEN = {"conv": ("kernel",), "groups": ("groups", "group_width")}
"""The keys of a block that a layer takes by saying `here` under a key of another name, or under one of two."""

_SAID = {"kernel": "conv", "group_width": "groups"}
"""The key of a layer that says `here` to take a key of a block, where it has another name."""

_NUMBERS = ("groups", "group_width", "kernel", "dropout")
"""Keys of a block that a layer takes by saying `here`, and that hold a number."""

_SLOTS = tuple(key for key in BlockOptions.model_fields if key in ConvLayer.model_fields and key not in _NUMBERS)
"""Keys of a block that a layer has too: those that hold a kind of operator."""


def _settings_to_use(use: Use) -> Iterable[tuple[str, Path]]:
    """Yield the settings that some layer has to read: the key, and the path that wrote it."""
    settings, position = use.settings, use.position
    ones = (1,) * len(position.stride)
    if settings.get("groups") is not None and settings.get("groups").text != "1":
        yield "groups", settings.origins.get("groups", use.position.at)
    if settings.get("dropout"):
        yield "dropout", settings.origins.get("dropout", use.position.at)
    for key in ("group_width", "kernel"):
        if key in settings.origins:
            yield key, settings.origins[key]
    for key in _SLOTS:
        if key in settings.origins and _has_effect(settings.get(key)) and not is_open(settings.get(key)):
            yield key, settings.origins[key]
    if position.stride != ones and settings.get("stride_on") is None:
        yield "stride", use.stride_at
    if use.dilated_at:
        yield "dilation", use.dilated_at
    for key in map(width_key, settings.widths):
        if key in settings.origins:
            yield key, settings.origins[key]
    for option in _options_of_activation(use):
        yield f"norm.{option}", (*settings.origins["norm"], option)


def _options_of_activation(use: Use) -> list[str]:
    """Return the options of the block's norm that only its activation reads."""
    norm = use.settings.get("norm")
    if norm is None or "norm" not in use.settings.origins:
        return []
    return [option for option in norm.of_activation if option in norm.model_fields_set]


def _fuses(use: Use) -> bool:
    """Return True if a layer may have the block's norm with its activation: after it, or inside a `spatial`."""
    settings = use.settings
    if chosen(settings.get("spatial")) is not None:
        return True
    adjacent = settings.order.index("act") == settings.order.index("norm") + 1
    return any(
        isinstance(layer, ConvLayer | NormLayer)
        and is_open(layer.norm)
        and (adjacent or isinstance(layer, NormLayer) or chosen(layer.spatial) is not None)
        and getattr(layer.act or settings.get("act"), "type", "") != "none"
        for layer in use.kind.type.branch
    )


def _has_effect(slot: Any) -> bool:
    """Return True unless the slot is `none` or its rate is zero."""
    return getattr(slot, "type", "") != "none" and getattr(slot, "rate", 1.0) != 0.0


def _fault(at: Path, key: str, use: Use) -> Fault:
    name = use.kind.name
    if key in _UNUSED_REASONS:
        return Fault("RG209", f"`{key}` has no effect: {_UNUSED_REASONS[key].format(name=name)}", Place(at, Part.KEY))
    if key.startswith("norm."):
        message = f"`{at[-1]}` has no effect: these blocks have the norm without its activation"
        return Fault("RG209", message, Place(at, Part.KEY), help="remove it")
    if key in (*_NUMBERS, *_SLOTS, "stride", "dilation"):
        replaced = key == "dilation" and at[-1] == "stride"
        what = "`output_stride` makes this a dilation" if replaced else f"`{at[-1]}` has no effect"
        taken = _SAID.get(key, key)
        message = f"{what}{', but' if replaced else ':'} no layer of the block type `{name}` has `{taken}: {HERE}`"
        own = key == "stride" and set(use.position.fixed_stride) != {1}
        leave = f"leave it out: a layer of `{name}` strides by itself, in each block; or " if own else "remove it, "
        help = f"{'' if replaced else leave}use another block type, or describe one whose layer has `{taken}: {HERE}`"
    else:
        message = f"the width `{at[-1]}` has no effect: no layer of the block type `{name}` uses it"
        help = f"remove it, or write `to: {at[-1]}` in a layer"
    return Fault("RG209", message, Place(at, Part.KEY), help=help)


_BUILT_IN_READ: dict[str, frozenset[str]] = {}
"""The keys that each built-in block type reads."""


def _keys_read_by_type(kind: NamedType) -> frozenset[str]:
    """Return the keys that a block type reads; those of a built-in one are found once in a process."""
    if kind.at is not None:
        return _keys_read(kind.type)
    if kind.name not in _BUILT_IN_READ:
        _BUILT_IN_READ[kind.name] = _keys_read(kind.type)
    return _BUILT_IN_READ[kind.name]


def _keys_read(kind: BlockType) -> frozenset[str]:
    """Return the keys for which a block type's layers say `here`, and the widths that it refers to."""
    reads: set[str] = set()
    for layer in kind.branch:
        reads |= _layer_reads(layer)
    for width in (kind.mid, *(kind.widths or {}).values()):
        reads |= set(map(width_key, width.names())) if width is not None else set()
    return frozenset(reads)


def _keys_read_by_position(use: Use) -> set[str]:
    """Return the keys that a block reads because of a stride or a projection."""
    position = use.position
    reads: set[str] = set()
    ones = (1,) * len(position.stride)
    strides = position.strides() or position.replaced != ones
    if any(_has_antialias(layer, strides) for layer in use.kind.type.branch):
        reads.add("antialias")
    return reads | _keys_read_by_shortcut(use)


_PROJECTING = ("auto", "projection", "avg_projection")
"""The shortcuts that have layers with a convolution or a norm."""


def _keys_read_by_shortcut(use: Use) -> set[str]:
    """Return the keys that the layers of a shortcut read, if the block has them: `stride: here` is the branch's."""
    shortcut: ShortcutOptions = use.settings.get("shortcut") or ShortcutOptions.model_construct()
    if shortcut.type not in _PROJECTING or not (shortcut.type == "projection" or use.position.changes_shape()):
        return set()
    if shortcut.layers is None and shortcut.resize is None:
        return {"norm", "convolution"}
    reads = set() if shortcut.layers is not None else {"norm", "convolution"}
    for layer in (*(shortcut.layers or ()), *(shortcut.resize or ())):
        reads |= _layer_reads(layer)
    return reads - {"stride"}


def activated(use: Use, norm: NormKind) -> bool:
    """Return True if a block uses its default activation: after the sum, or in a layer without its own."""
    join = use.settings.get("join")
    if join is None or join.act is None:
        return True
    shortcut = use.settings.get("shortcut")
    around = () if shortcut is None else (*(shortcut.layers or ()), *(shortcut.resize or ()))
    if any(getattr(layer, "act", None) is not None and is_open(layer.act) for layer in around):
        return True
    return any(_activates(layer, use.settings, norm) for layer in use.kind.type.branch)


def _activates(layer: Layer, settings: Settings, norm: NormKind) -> bool:
    """Return True if a layer uses the default activation; a norm right before it may include one."""
    if isinstance(layer, ActLayer):
        return is_open(layer.act)
    if not isinstance(layer, ConvLayer | NormLayer) or layer.act is not None:
        return False
    slot = settings.get("norm", norm) if is_open(layer.norm) else layer.norm
    apart = settings.order.index("act") != settings.order.index("norm") + 1
    return not getattr(slot, "brings_activation", False) or (apart and isinstance(layer, ConvLayer))


def _has_antialias(layer: Layer, strides: bool) -> bool:
    """Return True if a strided convolution uses the block's anti-aliasing."""
    if not isinstance(layer, ConvLayer) or layer.antialias is not None:
        return False
    return strides if says_here(layer.stride) else is_strided_by_number(layer)


def is_open(slot: Any) -> bool:
    """Return True if a layer inherits this slot."""
    return slot is None or getattr(slot, "type", "") == HERE


def _layer_reads(layer: Layer) -> set[str]:
    reads: set[str] = {
        key for key in ("convolution", "norm") if key in type(layer).model_fields and is_open(getattr(layer, key))
    }
    if says_here(written_stride(layer)):
        reads.add("stride")
    for key in layer.model_fields_set:
        value: Any = getattr(layer, key)
        if says_here(value) or isinstance(value, HereSlot):
            reads.update(_TAKEN.get(key, (key,)))
        elif isinstance(value, Expression):
            reads |= set(map(width_key, value.names()))
        elif isinstance(value, AttentionSlot):
            reads |= {width_key(name) for width in value.expressions().values() for name in width.names()}
    return reads
