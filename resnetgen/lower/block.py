"""One block: its widths, branch, shortcut, and the operators after their addition."""

from __future__ import annotations

from functools import partial

from resnetgen.diagnostics.model import Fault, Part, Place
from resnetgen.errors import ExpressionError, LoweringError
from resnetgen.identity_memo import IdentityMemo
from resnetgen.ir.naming import by_rank
from resnetgen.ir.network import Block, Node, total_stride
from resnetgen.layers.builder import LayerBuilder
from resnetgen.layers.context import BlockContext, NetworkContext, Position, never_inherited
from resnetgen.layers.settings import Settings, number, width_key
from resnetgen.lower.block_types import NamedType
from resnetgen.lower.branch import attention_place, lower_branch
from resnetgen.lower.shortcut import ShortcutContext, shortcut
from resnetgen.ops.registry import AttentionKind
from resnetgen.ops.slot import chosen
from resnetgen.schema.fields import MOST_CHANNELS
from resnetgen.source.unambiguous import replacement
from resnetgen.spec.spec import BlockType, Join, ShortcutOptions

_CACHE: dict[tuple[object, ...], Block] = {}
"""Blocks of built-in types by all that they depend on: the specs of one project mostly consist of the same few."""

_CACHE_SIZE = 4_000
"""Some three times what the whole collection has; an editor's session sees any number, of 3 kB each."""

_OWN_TYPES: IdentityMemo[BlockType, int] = IdentityMemo(100)
"""Numbers of the block types that specs define themselves."""

_AUTO = ShortcutOptions.model_construct()


def block(kind: NamedType, settings: Settings, position: Position, network: NetworkContext) -> Block:
    """Return the block of a type in a position.

    Raises:
        LoweringError: a width, a number of groups or a shortcut is impossible there.
    """
    if kind.at is not None and not network.is_draft:
        return _block(kind, settings, position, network)
    blocks = network.blocks if settings.end_branches else 0
    own = 0 if kind.at is None else _OWN_TYPES.get(kind.type, partial(_own_type, kind))
    key = (kind.name, own, settings.number, network.number, blocks, *position.numbers())
    if key not in _CACHE:
        if len(_CACHE) >= _CACHE_SIZE:
            _CACHE.clear()
        _CACHE[key] = _block(kind, settings, position, network.replace(is_inherited=never_inherited))
    return _CACHE[key]


def _own_type(kind: NamedType) -> int:
    """Return a number, not 0, that is equal for a spec's own types of equal layers; their options are in settings."""
    return 1 + number((kind.type.description, tuple(kind.type.branch)))


def _block(kind: NamedType, settings: Settings, position: Position, network: NetworkContext) -> Block:
    context = BlockContext(
        network,
        network.layout.of_block(kind.name),
        position.at,
        None if kind.at is None else (*kind.at, "branch"),
        settings,
        _widths(kind, settings, position),
        position,
    )
    builder = LayerBuilder(context, position.in_channels)
    attention: AttentionKind | None = chosen(settings.get("attention"))
    placed = attention_place(kind, context)
    lower_branch(kind, builder)
    branch = tuple(builder.nodes)
    stride = total_stride(branch, network.rank)
    shortcut_attention = attention if placed == "shortcut" else None
    around = ShortcutContext(context, branch, builder.channels, stride, shortcut_attention)
    found = shortcut(settings.get("shortcut", _AUTO), around)
    return Block(
        type=kind.name,
        description=by_rank(kind.type.description, network.rank) if kind.at is None else kind.type.description,
        branch=branch,
        shortcut=found,
        post_add=_post_add(builder, attention if placed == "sum" else None, sum=found.kind != "none"),
        widths=tuple(context.widths.items()),
        stride=stride,
    )


def _widths(kind: NamedType, settings: Settings, position: Position) -> dict[str, int]:
    """Return every width of the block by name; each may refer to those before it."""
    widths = {"in": position.in_channels, "out": position.out_channels}
    for name, written in settings.widths.items():
        at = settings.origins.get(width_key(name), position.channels_at)
        if name in ("in", "out"):
            raise LoweringError(
                Fault("RG205", f"the width name `{name}` is reserved; choose another name", Place(at, Part.KEY))
            )
        try:
            widths[name] = written.width(widths, MOST_CHANNELS)
        except ExpressionError as error:
            message = f"the width `{name}: {written.text}` of `{kind.name}` {error}"
            out = (Place(position.channels_at), f"out is {position.out_channels}")
            used = () if at == position.channels_at else (out,)
            later = written.names() & settings.widths.keys() - widths.keys()
            help = error.help or ("a width may use the widths that are written before it" if later else "")
            fix = replacement(Place(at), error.instead(written.text))
            raise LoweringError(Fault("RG208", message, Place(at), related=used, help=help, fix=fix)) from None
    return widths


def _post_add(builder: LayerBuilder, attention: AttentionKind | None, *, sum: bool) -> tuple[Node, ...]:
    """Return the activation after the addition, numbered on from the branch's, and the attention if placed there."""
    context = builder.context
    join: Join = context.settings.get("join") or Join()
    placed = len(builder.nodes)
    if context.naming.has("sum_act", builder.label, builder.taken):
        builder.unit += 1
    builder.activate(context.act if join.act is None else join.act, "sum_act", sum=sum)
    if attention is not None:
        builder.attend(attention, here=True)
    return tuple(builder.nodes[placed:])
