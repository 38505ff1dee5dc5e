"""The branch of a block: the layers of its type, the attention, and the operators that end every branch."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.diagnostics.suggestions import did_you_mean, is_numbered
from resnetgen.errors import LoweringError
from resnetgen.ir.network import total_stride
from resnetgen.layers import AttentionLayer, ConvLayer, Layer
from resnetgen.layers.builder import LayerBuilder
from resnetgen.layers.context import BlockContext
from resnetgen.layers.settings import Settings
from resnetgen.layers.strides import stride_key, written_stride
from resnetgen.layers.widths import width_at
from resnetgen.lower.block_types import NamedType
from resnetgen.ops.branch_end import BranchEndSlot
from resnetgen.ops.registry import AttentionKind
from resnetgen.ops.slot import HereSlot, chosen
from resnetgen.schema.fields import HERE, AxesOrHere, says_here
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.spec.block_options import BlockOptions


def lower_branch(kind: NamedType, builder: LayerBuilder) -> None:
    """Lower a whole branch.

    Raises:
        LoweringError: one of its layers is impossible, or what leaves it is not what the block is to give.
    """
    context = builder.context
    attention: AttentionKind | None = chosen(context.settings.get("attention"))
    placed = attention_place(kind, context)
    layers = layers_with_stride(kind, context.settings, context.at)
    if kind.at is not None:
        check_strides(layers, (*kind.at, "branch"), context)
    _lower_layers(layers, builder, placed, attention)
    _check_end(kind, builder)
    if attention is not None and placed == "end":
        builder.attend(attention, here=True)
    _add_branch_end(builder)


def attention_place(kind: NamedType, context: BlockContext) -> str | None:
    """Return the attention's place in the block; None without attention, or if the block type has a layer for it.

    Raises:
        LoweringError: the block type has one, and the spec asks for another.
    """
    attention: AttentionKind | None = chosen(context.settings.get("attention"))
    if attention is None or not _has_attention_layer(kind):
        return None if attention is None else attention.place
    if "place" in attention.model_fields_set:
        at = (*context.origin("attention"), "place")
        message = f"`place` has no effect: the block type `{kind.name}` has a layer `attention: {HERE}`"
        raise LoweringError(Fault("RG209", message, Place(at, Part.KEY), help="remove it"))
    return None


def _has_attention_layer(kind: NamedType) -> bool:
    """Return True if the block type has a layer `attention: here`."""
    return any(
        isinstance(layer, AttentionLayer) and isinstance(layer.attention, HereSlot) for layer in kind.type.branch
    )


def _lower_layers(
    layers: list[Layer], builder: LayerBuilder, placed: str | None, attention: AttentionKind | None
) -> None:
    """Lower the layers of the branch, and the attention if its place is among them."""
    if attention is not None and placed == "start":
        builder.attend(attention, here=True)
    for index, layer in enumerate(layers):
        builder.lay(index, layer)
        if attention is not None and isinstance(layer, ConvLayer) and placed == f"conv{builder.unit}":
            builder.attend(attention, here=True)
            placed = None
    if placed is not None and placed.startswith("conv"):
        names = [f"conv{_unit(layers, index)}" for index, layer in enumerate(layers) if isinstance(layer, ConvLayer)]
        message = f"this block has no convolution `{placed}` to place the attention after{_near(placed, names)}"
        at = Place((*builder.context.origin("attention"), "place"))
        raise LoweringError(Fault("RG206", message, at, help=f"the convolutions are {', '.join(names)}"))


def layers_with_stride(kind: NamedType, settings: Settings, at: Path) -> list[Layer]:
    """Return the branch's layers, with `stride: here` moved to the convolution that `stride_on` names.

    Args:
        kind: the block type.
        settings: those of the block.
        at: the path of the block, for a fault.

    Raises:
        LoweringError: the branch has no such convolution.
    """
    layer_name = settings.get("stride_on")
    if layer_name is None:
        return kind.type.branch
    convs = [index for index, layer in enumerate(kind.type.branch) if isinstance(layer, ConvLayer)]
    names = {f"conv{_unit(kind.type.branch, index)}": index for index in convs}
    if layer_name not in names:
        place = Place(settings.origins.get("stride_on", at))
        hint = _near(layer_name, tuple(names))
        message = f"the block type `{kind.name}` has no convolution `{layer_name[:60]}`{hint}"
        help = f"its convolutions are {', '.join(names)}" if names else "it has no convolutions"
        fix = replacement(place, unambiguous_match(layer_name, names))
        raise LoweringError(Fault("RG206", message, place, help=help, fix=fix))
    moved: AxesOrHere = next(filter(says_here, (getattr(layer, "stride", 1) for layer in kind.type.branch)), HERE)
    return [_with_stride(layer, index == names[layer_name], moved) for index, layer in enumerate(kind.type.branch)]


def check_strides(layers: list[Layer], layers_at: Path, context: BlockContext) -> None:
    """Check that along each axis one layer has the block's stride: two would multiply it, and none would lose it.

    Args:
        layers: the layers.
        layers_at: their path.
        context: that of their block.

    Raises:
        LoweringError: two layers have it, or none does along one of the axes. Where no layer has it along any axis,
            the stride is a key without effect (lower/unused_keys.py).
    """
    if context.position is None:
        return
    taking = [index for index, layer in enumerate(layers) if says_here(written_stride(layer))]
    for axis in range(context.rank):
        along = [index for index in taking if _takes(written_stride(layers[index]), axis)]
        if len(along) > 1:
            raise _stride_taken_twice(layers, along, layers_at)
        stride = context.position.stride[axis] * context.position.replaced[axis]
        if taking and not along and stride != 1:
            at = Place((*layers_at, taking[0], stride_key(layers[taking[0]])))
            message = f"no layer has the block's stride along axis {axis + 1}, where it is {stride}"
            help = "write `here` for this axis too, or a stride of 1 in the stage"
            related = ((Place(context.at, Part.KEY), "used here"),)
            raise LoweringError(Fault("RG209", message, at, related=related, help=help))


def _takes(stride: AxesOrHere, axis: int) -> bool:
    return stride == HERE or (isinstance(stride, tuple) and axis < len(stride) and stride[axis] == HERE)


def _stride_taken_twice(layers: list[Layer], along: list[int], layers_at: Path) -> LoweringError:
    message = "two layers have the stride of the block: a stride of 2 would become one of 4"
    first, second = (Place((*layers_at, index, stride_key(layers[index]))) for index in along[:2])
    related = ((first, "it stands here already"),)
    return LoweringError(Fault("RG209", message, second, related=related, help="leave it in one of them"))


def _near(wanted: str, names: Sequence[str]) -> str:
    """Return a question after the convolution that a misspelled name means; a number is no misspelling."""
    return "" if is_numbered(wanted, "conv") else did_you_mean(wanted, names)


def _unit(branch: list[Layer], index: int) -> int:
    """Return the layout's number of a layer: pools have none of their own."""
    return sum(1 for layer in branch[: index + 1] if layer.numbered)


def _with_stride(layer: Layer, chosen: bool, moved: AxesOrHere) -> Layer:
    """Return the layer with the stride that moves to it, or without the block's stride."""
    if chosen:
        return layer.model_copy(update={"stride": moved})
    stride = getattr(layer, "stride", None)
    if not says_here(stride):
        return layer
    own = tuple(1 if step == HERE else step for step in stride) if isinstance(stride, tuple) else 1
    return layer.model_copy(update={"stride": own})


def _check_end(kind: NamedType, builder: LayerBuilder) -> None:
    position = builder.context.position
    assert position is not None, "a branch is that of a block"
    branch = (*(kind.at or ()), "branch")
    if not builder.nodes:
        used = ((Place(position.at, Part.KEY), "used here"),)
        message = f"the branch of `{kind.name}` has no effect: none of its layers does anything here"
        help = "remove the block type, or give it a convolution"
        raise LoweringError(Fault("RG209", message, Place(branch, Part.KEY), related=used, help=help))
    if builder.channels != position.out_channels:
        message = f"the branch of `{kind.name}` ends in {builder.channels} channels, not {position.out_channels}"
        at = width_at(kind.type.branch, branch)
        place = Place(branch, Part.KEY) if at is None else Place(at)
        related = ((Place(position.channels_at), f"the block has {position.out_channels} output channels"),)
        help = "end the branch in a convolution `to: out`"
        raise LoweringError(Fault("RG302", message, place, related=related, help=help))


def _add_branch_end(builder: LayerBuilder) -> None:
    """Add the operators that the block's settings place at the end of every branch, in the order of keys.

    Raises:
        LoweringError: it has no sense without a shortcut, and there is none.
    """
    settings = builder.context.settings
    beside = _has_shortcut(builder)
    for key in BlockOptions.model_fields if settings.end_branches else ():
        slot = settings.get(key)
        if not isinstance(slot, BranchEndSlot):
            continue
        operator = slot.at_end(builder.channels, builder.context.network.blocks)
        if operator is not None:
            _require_shortcut(key, slot, builder.context)
            builder.add(operator if beside else None)


def _has_shortcut(builder: LayerBuilder) -> bool:
    """Return True if the block has a shortcut beside this branch."""
    asked = builder.context.settings.get("shortcut")
    if asked is None or asked.type != "identity_or_none":
        return True  # or the spec contradicts itself
    position, strides = builder.context.position, total_stride(builder.nodes, builder.context.rank)
    return position is not None and position.in_channels == builder.channels and set(strides) == {1}


def _require_shortcut(key: str, slot: BranchEndSlot, context: BlockContext) -> None:
    """Raise an error for a setting that needs a shortcut in a plain network."""
    if (asked := context.settings.get("shortcut")) is not None and asked.type == "none":
        related = ((Place(context.origin("shortcut"), Part.ENTRY), "no shortcut here"),)
        place = Place(context.origin(key))
        raise LoweringError(Fault("RG209", slot.needs_shortcut, place, related=related, help=slot.shortcut_help))
