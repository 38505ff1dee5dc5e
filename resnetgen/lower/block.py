"""One block: its widths, its branch, its shortcut, what follows their addition."""

from __future__ import annotations

from resnetgen.diagnostics.model import Fault, Part, Place
from resnetgen.ir.naming import by_rank
from resnetgen.ir.network import Block, Node
from resnetgen.layers.block_params import Here
from resnetgen.layers.builder import LoweringError, Scope
from resnetgen.lower.block_types import NamedType
from resnetgen.lower.branch import attention_place, lay_branch
from resnetgen.lower.context import NetworkContext, Position
from resnetgen.lower.settings import Settings
from resnetgen.lower.shortcut import ShortcutContext, shortcut
from resnetgen.ops.registry import AttentionKind, chosen
from resnetgen.schema.fields import MOST_CHANNELS
from resnetgen.schema.width_expression import ExpressionError
from resnetgen.source.unambiguous import replacement
from resnetgen.spec.spec import Join, ShortcutOptions

_KNOWN: dict[tuple[object, ...], Block] = {}
"""Blocks of built-in types by all that they depend on: the specs of one project mostly consist of the same few."""

_MOST_KNOWN = 20_000

_AUTO = ShortcutOptions.model_construct(type="auto")


def block(kind: NamedType, settings: Settings, position: Position, around: NetworkContext) -> Block:
    """The block of a type in a position.

    Raises:
        LoweringError: a width, a number of groups or a shortcut is impossible there.
    """
    if kind.at is not None:
        return _block(kind, settings, position, around)
    blocks = around.blocks if "drop_path" in settings.values else 0
    key = (kind.name, settings.number, around.number, blocks, *position.numbers())
    if key not in _KNOWN:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = _block(kind, settings, position, around)
    return _KNOWN[key]


def _block(kind: NamedType, settings: Settings, position: Position, around: NetworkContext) -> Block:
    widths = _widths(kind, settings, position)
    scope = _scope(kind, settings, position, around, widths)
    attention: AttentionKind | None = chosen(settings.get("attention"))
    placed = attention_place(kind, settings, position)
    lay_branch(kind, settings, position, around, scope)
    stride = _stride(scope.nodes, around.rank)
    beside = attention if placed == "shortcut" else None
    found = shortcut(settings.get("shortcut", _AUTO), _around(scope, position, stride, around, beside))
    return Block(
        type=kind.name,
        description=by_rank(kind.type.description, around.rank) if kind.at is None else kind.type.description,
        branch=tuple(scope.nodes),
        shortcut=found,
        post_add=_joined(settings, scope, attention if placed == "sum" else None, sum=found.kind != "none"),
        widths=tuple(widths.items()),
        stride=stride,
    )


def _widths(kind: NamedType, settings: Settings, position: Position) -> dict[str, int]:
    """Every width of the block by name; each may speak of those before it."""
    widths = {"in": position.in_channels, "out": position.out_channels}
    for name, written in settings.widths.items():
        at = settings.origins.get(name, position.channels_at)
        if name in ("in", "out"):
            raise LoweringError(
                Fault("RG205", f"`{name}` is what a block is given; choose another name", Place(at, Part.KEY))
            )
        try:
            widths[name] = written.width(widths, MOST_CHANNELS)
        except ExpressionError as error:
            message = f"the width `{name}: {written.text}` of `{kind.name}` {error}"
            out = (Place(position.channels_at), f"out is {position.out_channels}")
            used = () if at == position.channels_at else (out,)
            later = written.names() & settings.widths.keys() - widths.keys()
            help = error.help or ("a width may speak of those that are written before it" if later else "")
            mend = replacement(Place(at), error.instead(written.text))
            raise LoweringError(Fault("RG208", message, Place(at), related=used, help=help, mend=mend)) from None
    return widths


def _scope(
    kind: NamedType, settings: Settings, position: Position, around: NetworkContext, widths: dict[str, int]
) -> Scope:
    here = Here(
        position.stride,
        position.dilation,
        position.first_dilation,
        position.replaced,
        begins=position.in_channels != position.out_channels or set(position.stride) != {1},
        groups=settings.get("groups"),
        dropout=settings.get("dropout", 0.0),
        drop_block=settings.get("drop_block"),
        spatial=chosen(settings.get("spatial")),
        attention=chosen(settings.get("attention")),
    )
    return Scope(
        rank=around.rank,
        channels=position.in_channels,
        widths=widths,
        convolution=settings.get("convolution", around.convolution),
        norm=settings.get("norm", around.norm),
        act=settings.get("act", around.act),
        order=settings.order,
        naming=around.layout.block,
        antialias=chosen(settings.get("antialias")),
        at=position.at,
        layers_at=None if kind.at is None else (*kind.at, "branch"),
        here=here,
        origins={
            "norm": ("norm",),
            "convolution": ("convolution",),
            "in": position.in_channels_at,
            "out": position.channels_at,
            **settings.origins,
        },
    )


def _around(
    scope: Scope, position: Position, stride: tuple[int, ...], around: NetworkContext, attention: AttentionKind | None
) -> ShortcutContext:
    return ShortcutContext(
        position.in_channels,
        scope.channels,
        stride,
        position.first_dilation,
        position.replaced,
        tuple(scope.nodes),
        scope.convolution,
        scope.norm,
        scope.order,
        attention,
        around.layout,
        position.at,
        scope.origins,
    )


def _stride(nodes: list[Node], rank: int) -> tuple[int, ...]:
    ones = total = (1,) * rank
    for node in nodes:
        window = node.operator.window()
        if window is not None and window.stride != ones:
            total = tuple(before * step for before, step in zip(total, window.stride, strict=True))
    return total


def _joined(settings: Settings, scope: Scope, attention: AttentionKind | None, *, sum: bool) -> tuple[Node, ...]:
    """The activation after the addition, numbered on from the branch's own, and the attention if its place is there."""
    join: Join = settings.get("join") or Join()
    placed = len(scope.nodes)
    if scope.naming.has("sum_act", scope.unit, scope.taken):
        scope.unit += 1
    scope.activate(scope.act if join.act is None else join.act, "sum_act", sum=sum)
    if attention is not None:
        scope.attend(attention, here=True)
    return tuple(scope.nodes[placed:])
