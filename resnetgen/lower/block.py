"""One block: its widths, its branch, its shortcut, what follows their addition."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.diagnostics.nearest import nearest
from resnetgen.expression import ExpressionError
from resnetgen.fields import HERE, MOST_CHANNELS
from resnetgen.ir import Block, Node
from resnetgen.layers import ConvLayer, Layer
from resnetgen.layers.scope import Here, Scope, Stop
from resnetgen.layouts import Layout
from resnetgen.lower.block_types import NamedType
from resnetgen.lower.settings import Settings, number
from resnetgen.lower.shortcut import Around, shortcut
from resnetgen.naming import by_rank
from resnetgen.ops.activation import ActivationSlot
from resnetgen.ops.drop_path import DropPath
from resnetgen.ops.operator import Schedule
from resnetgen.ops.slots import NormKind
from resnetgen.spec import DropPathOptions, Join


@dataclass(frozen=True)
class Surroundings:
    """What holds throughout a network: its axes, its naming, its default norm and activation, its number of blocks."""

    rank: int
    layout: Layout
    norm: NormKind
    act: ActivationSlot
    blocks: int

    @cached_property
    def number(self) -> int:
        """The same for surroundings that are equal but for the number of blocks."""
        return number((self.rank, self.layout, self.norm, self.act))


class Position(NamedTuple):
    """Where a block stands: what comes in and goes out, and what it does to the map.

    `replaced` is the stride that its dilation stands in for. `at` is the path of what asked for it, `channels_at` that
    of its output channels.
    """

    in_channels: int
    out_channels: int
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    first_dilation: tuple[int, ...]
    replaced: tuple[int, ...]
    at: Path
    channels_at: Path

    def numbers(self) -> tuple[object, ...]:
        """All of it but the paths."""
        return (
            self.in_channels,
            self.out_channels,
            self.stride,
            self.dilation,
            self.first_dilation,
            self.replaced,
        )


_KNOWN: dict[tuple[object, ...], Block] = {}
"""Blocks of built-in types by all that they depend on: the specs of one project mostly consist of the same few."""

_MOST_KNOWN = 20_000


def block(kind: NamedType, settings: Settings, position: Position, around: Surroundings) -> Block:
    """The block of a type in a position.

    Raises:
        Stop: a width, a number of groups or a shortcut is impossible there.
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


def _block(kind: NamedType, settings: Settings, position: Position, around: Surroundings) -> Block:
    widths = _widths(kind, settings, position)
    scope = _scope(kind, settings, position, around, widths)
    for index, layer in enumerate(_strided(kind, settings, position)):
        scope.layer = index
        layer.lay(scope)
    _ends_right(kind, scope, position)
    _drop_path(settings, scope, around, position)
    stride = _stride(scope.nodes, around.rank)
    return Block(
        type=kind.name,
        description=by_rank(kind.type.description, around.rank) if kind.at is None else kind.type.description,
        branch=tuple(scope.nodes),
        shortcut=shortcut(settings.get("shortcut", "auto"), _around(scope, position, stride)),
        joined=_joined(settings, scope),
        widths=tuple(widths.items()),
        stride=stride,
    )


def _widths(kind: NamedType, settings: Settings, position: Position) -> dict[str, int]:
    """Every width of the block by name; each may speak of those before it."""
    widths = {"in": position.in_channels, "out": position.out_channels}
    for name, written in settings.widths.items():
        at = settings.origins.get(name, position.channels_at)
        if name in ("in", "out"):
            raise Stop(Fault("RG205", f"`{name}` is what a block is given; choose another name", Place(at, Part.KEY)))
        try:
            widths[name] = written.width(widths, MOST_CHANNELS)
        except ExpressionError as error:
            message = f"the width `{name}: {written.text}` of `{kind.name}` {error}"
            out = (Place(position.channels_at), f"out is {position.out_channels}")
            used = () if at == position.channels_at else (out,)
            later = written.names() & settings.widths.keys() - widths.keys()
            help = error.help or ("a width may speak of those that are written before it" if later else "")
            raise Stop(Fault("RG208", message, Place(at), related=used, help=help)) from None
    return widths


def _scope(
    kind: NamedType, settings: Settings, position: Position, around: Surroundings, widths: dict[str, int]
) -> Scope:
    here = Here(
        position.stride,
        position.dilation,
        position.first_dilation,
        settings.get("groups"),
        settings.get("dropout", 0.0),
    )
    return Scope(
        rank=around.rank,
        channels=position.in_channels,
        widths=widths,
        norm=settings.get("norm", around.norm),
        act=settings.get("act", around.act),
        order=settings.order,
        layout=around.layout,
        at=position.at,
        layers_at=None if kind.at is None else (*kind.at, "branch"),
        here=here,
        origins={"norm": ("norm",), **settings.origins},
    )


def _strided(kind: NamedType, settings: Settings, position: Position) -> list[Layer]:
    """The branch's layers, with `stride: here` where `stride_on` wants it."""
    wanted = settings.get("stride_on")
    if wanted is None:
        return kind.type.branch
    convs = [index for index, layer in enumerate(kind.type.branch) if isinstance(layer, ConvLayer)]
    names = {f"conv{_unit(kind.type.branch, index)}": index for index in convs}
    if wanted not in names:
        at = settings.origins.get("stride_on", position.at)
        message = f"`{kind.name}` has no `{wanted[:60]}`{nearest(wanted, tuple(names))}"
        help = f"its convolutions are {', '.join(names)}" if names else "it has no convolutions"
        raise Stop(Fault("RG206", message, Place(at), help=help))
    return [_with_stride(layer, index == names[wanted]) for index, layer in enumerate(kind.type.branch)]


def _unit(branch: list[Layer], index: int) -> int:
    """The number that the layout gives a layer: pools have none of their own."""
    return sum(1 for layer in branch[: index + 1] if layer.numbered)


def _with_stride(layer: Layer, chosen: bool) -> Layer:
    if chosen:
        return layer.changed(stride=HERE)
    return layer.changed(stride=1) if getattr(layer, "stride", None) == HERE else layer


def _ends_right(kind: NamedType, scope: Scope, position: Position) -> None:
    branch = (*(kind.at or ()), "branch")
    if not scope.nodes:
        used = ((Place(position.at, Part.KEY), "used here"),)
        message = f"the branch of `{kind.name}` has no effect: nothing is left of its layers"
        help = "take out the block type, or give it a convolution"
        raise Stop(Fault("RG209", message, Place(branch, Part.KEY), related=used, help=help))
    if scope.channels != position.out_channels:
        message = f"the branch of `{kind.name}` gives {scope.channels} channels, not {position.out_channels}"
        convs = [index for index, layer in enumerate(kind.type.branch) if isinstance(layer, ConvLayer)]
        place = Place((*branch, convs[-1], "to")) if convs else Place(branch, Part.KEY)
        related = ((Place(position.channels_at), f"{position.out_channels} channels are to come out"),)
        help = "end the branch in a convolution `to: out`"
        raise Stop(Fault("RG302", message, place, related=related, help=help))


def _drop_path(settings: Settings, scope: Scope, around: Surroundings, position: Position) -> None:
    options: DropPathOptions | None = settings.get("drop_path")
    if options is None or not options.rate:
        return
    if settings.get("shortcut") == "none":
        at = settings.origins.get("drop_path", position.at)
        message = "drop path takes away a whole branch, and without a shortcut nothing would be left"
        none = settings.origins.get("shortcut", position.at)
        related = ((Place(none, Part.ENTRY), "no shortcut here"),)
        raise Stop(Fault("RG209", message, Place(at), related=related, help="use a shortcut, or `dropout`"))
    constant = options.schedule == "constant"
    scope.add(DropPath(options.rate if constant else Schedule(options.rate, around.blocks)))


def _around(scope: Scope, position: Position, stride: tuple[int, ...]) -> Around:
    return Around(
        position.in_channels,
        scope.channels,
        stride,
        position.replaced,
        tuple(scope.nodes),
        scope.norm,
        scope.order,
        position.at,
        scope.origins.get("shortcut", ()),
        scope.origins["norm"],
    )


def _stride(nodes: list[Node], rank: int) -> tuple[int, ...]:
    ones = total = (1,) * rank
    for node in nodes:
        window = node.operator.window()
        if window is not None and window.stride != ones:
            total = tuple(before * step for before, step in zip(total, window.stride, strict=True))
    return total


def _joined(settings: Settings, scope: Scope) -> tuple[Node, ...]:
    """The activation after the addition, numbered on from the branch's own."""
    join: Join = settings.get("join") or Join()
    placed = len(scope.nodes)
    if f"act{scope.unit}" in scope.taken:
        scope.unit += 1
    scope.activate(scope.act if join.act is None else join.act)
    return tuple(scope.nodes[placed:])
