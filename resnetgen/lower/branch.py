"""The branch of a block: the layers of its type, the attention at its place, and what ends every branch."""

from __future__ import annotations

from resnetgen.diagnostics.model import Fault, Part, Place
from resnetgen.diagnostics.suggestions import nearest
from resnetgen.layers import AttentionLayer, ConvLayer, Layer
from resnetgen.layers.builder import LoweringError, Scope
from resnetgen.lower.block_types import NamedType
from resnetgen.lower.context import NetworkContext, Position
from resnetgen.lower.settings import Settings
from resnetgen.ops.drop_path import DropPath
from resnetgen.ops.operator import Schedule
from resnetgen.ops.registry import AttentionKind, BranchScaleKind, HereSlot, chosen
from resnetgen.schema.fields import HERE
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.spec.spec import DropPathOptions


def lay_branch(kind: NamedType, settings: Settings, position: Position, around: NetworkContext, scope: Scope) -> None:
    """Lay a whole branch.

    Raises:
        LoweringError: one of its layers is impossible, or what leaves it is not what the block is to give.
    """
    attention: AttentionKind | None = chosen(settings.get("attention"))
    placed = attention_place(kind, settings, position)
    _branch(_strided(kind, settings, position), scope, placed, attention)
    _ends_right(kind, scope, position)
    if attention is not None and placed == "end":
        scope.attend(attention, here=True)
    _scale(settings, scope, position)
    _drop_path(settings, scope, around, position)


def attention_place(kind: NamedType, settings: Settings, position: Position) -> str | None:
    """Where in the block the attention goes; None where there is none, or the block type has a place of its own.

    Raises:
        LoweringError: the block type has one, and the spec asks for another.
    """
    attention: AttentionKind | None = chosen(settings.get("attention"))
    if attention is None or not _says_here(kind):
        return None if attention is None else attention.place
    if "place" in attention.model_fields_set:
        at = (*settings.origins.get("attention", position.at), "place")
        message = f"`place` has no effect: the block type `{kind.name}` has a layer `attention: {HERE}`"
        raise LoweringError(Fault("RG209", message, Place(at, Part.KEY), help="take it out"))
    return None


def _says_here(kind: NamedType) -> bool:
    """Whether the block type has a place of its own for the attention."""
    return any(
        isinstance(layer, AttentionLayer) and isinstance(layer.attention, HereSlot) for layer in kind.type.branch
    )


def _branch(layers: list[Layer], scope: Scope, placed: str | None, attention: AttentionKind | None) -> None:
    """The layers of the branch, and the attention if its place is among them."""
    if attention is not None and placed == "start":
        scope.attend(attention, here=True)
    for index, layer in enumerate(layers):
        scope.layer = index
        layer.lower(scope)
        if attention is not None and isinstance(layer, ConvLayer) and placed == f"conv{scope.unit}":
            scope.attend(attention, here=True)
            placed = None
    if placed is not None and placed.startswith("conv"):
        names = [f"conv{_unit(layers, index)}" for index, layer in enumerate(layers) if isinstance(layer, ConvLayer)]
        message = f"the attention's place is after `{placed}`, and there is none{nearest(placed, names)}"
        at = Place((*scope.origins.get("attention", scope.at), "place"))
        raise LoweringError(Fault("RG206", message, at, help=f"the convolutions are {', '.join(names)}"))


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
        raise LoweringError(
            Fault("RG206", message, Place(at), help=help, mend=replacement(Place(at), unambiguous_match(wanted, names)))
        )
    return [_with_stride(layer, index == names[wanted]) for index, layer in enumerate(kind.type.branch)]


def _unit(branch: list[Layer], index: int) -> int:
    """The number that the layout gives a layer: pools have none of their own."""
    return sum(1 for layer in branch[: index + 1] if layer.numbered)


def _with_stride(layer: Layer, chosen: bool) -> Layer:
    if chosen:
        return layer.model_copy(update={"stride": HERE})
    return layer.model_copy(update={"stride": 1}) if getattr(layer, "stride", None) == HERE else layer


def _ends_right(kind: NamedType, scope: Scope, position: Position) -> None:
    branch = (*(kind.at or ()), "branch")
    if not scope.nodes:
        used = ((Place(position.at, Part.KEY), "used here"),)
        message = f"the branch of `{kind.name}` has no effect: nothing is left of its layers"
        help = "take out the block type, or give it a convolution"
        raise LoweringError(Fault("RG209", message, Place(branch, Part.KEY), related=used, help=help))
    if scope.channels != position.out_channels:
        message = f"the branch of `{kind.name}` gives {scope.channels} channels, not {position.out_channels}"
        convs = [index for index, layer in enumerate(kind.type.branch) if isinstance(layer, ConvLayer)]
        place = Place((*branch, convs[-1], "to")) if convs else Place(branch, Part.KEY)
        related = ((Place(position.channels_at), f"{position.out_channels} channels are to come out"),)
        help = "end the branch in a convolution `to: out`"
        raise LoweringError(Fault("RG302", message, place, related=related, help=help))


def _scale(settings: Settings, scope: Scope, position: Position) -> None:
    slot: BranchScaleKind | None = chosen(settings.get("branch_scale"))
    if slot is not None:
        message = "a branch scale weighs the branch against the shortcut, and there is none"
        _beside_a_shortcut("branch_scale", message, "use a shortcut", settings, position)
        scope.add(slot.operator(scope.channels))


def _beside_a_shortcut(key: str, message: str, help: str, settings: Settings, position: Position) -> None:
    """Refuse a key that has no sense in a plain network."""
    if (asked := settings.get("shortcut")) is not None and asked.type == "none":
        at = settings.origins.get(key, position.at)
        none = settings.origins.get("shortcut", position.at)
        related = ((Place(none, Part.ENTRY), "no shortcut here"),)
        raise LoweringError(Fault("RG209", message, Place(at), related=related, help=help))


def _drop_path(settings: Settings, scope: Scope, around: NetworkContext, position: Position) -> None:
    options: DropPathOptions | None = settings.get("drop_path")
    if options is None or not options.rate:
        return
    message = "drop path takes away a whole branch, and without a shortcut nothing would be left"
    _beside_a_shortcut("drop_path", message, "use a shortcut, or `dropout`", settings, position)
    constant = options.schedule == "constant"
    scope.add(DropPath(options.rate if constant else Schedule(options.rate, around.blocks)))
