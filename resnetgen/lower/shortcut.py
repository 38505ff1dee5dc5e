"""The shortcut of a block: its kind, the reason, and its operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.errors import LoweringError
from resnetgen.ir.network import Node, Shortcut, inplace_safe, total_stride
from resnetgen.layers import ConvLayer, Layer, NormLayer
from resnetgen.layers.builder import LayerBuilder
from resnetgen.layers.context import BlockContext, Position
from resnetgen.layers.layer_values import axis_count_message
from resnetgen.layers.widths import width_at
from resnetgen.lower.shortcut_words import AVG_POOL, MEAN_PAD, NO_ACT, NO_NORM, PAD, projection
from resnetgen.ops.identity import Identity
from resnetgen.ops.pad_channels import PadChannels
from resnetgen.ops.pool import AvgPool
from resnetgen.ops.registry import AttentionKind
from resnetgen.ops.window import by_axis
from resnetgen.schema.fields import HERE
from resnetgen.spec.spec import ShortcutOptions


class ShortcutContext(NamedTuple):
    """The block and branch that a shortcut bypasses, with the branch's output channels and stride.

    `attention` is what weighs the shortcut, None for nothing.
    """

    block: BlockContext
    branch: tuple[Node, ...]
    out_channels: int
    stride: tuple[int, ...]
    attention: AttentionKind | None

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return self.block.rank

    @property
    def position(self) -> Position:
        """The position of the block."""
        assert self.block.position is not None, "only a block has a shortcut"
        return self.block.position

    @property
    def in_channels(self) -> int:
        """The input channels of the block."""
        return self.position.in_channels

    def matches(self) -> bool:
        """Return True if channels and stride leave the output shape equal to the input shape."""
        return self.in_channels == self.out_channels and set(self.stride) == {1}

    def difference(self) -> str:
        """Return the difference between input and output in words."""
        words = []
        if self.in_channels != self.out_channels:
            words.append(f"{self.in_channels} channels become {self.out_channels}")
        if set(self.stride) != {1}:
            words.append(f"stride {_axes(self.stride)}")
        return ", ".join(words) or "the shapes match"


class _Layers(NamedTuple):
    """The layers of a shortcut, and their path in the spec; None if a word is short for them."""

    layers: Sequence[Layer]
    at: Path | None = None


def shortcut(requested: ShortcutOptions, around: ShortcutContext) -> Shortcut:
    """Return the shortcut of a block whose spec asks for `requested`.

    Raises:
        LoweringError: a layer is impossible, the shortcut gives other channels or another stride than the branch, or an
            attention has nothing to weigh.
    """
    kind, why = _kind(requested, around)
    if kind == "none" and around.attention is not None:
        message = "`place: shortcut` needs a shortcut, but this block has none"
        at = (*around.block.origin("attention"), "place")
        raise _error("RG209", message, at, around, "choose another `place`")
    written = _layers(kind, requested, around)
    nodes = _nodes(written, around)
    if kind == "layers":
        kind = _kind_of(nodes)
    reads = requested.reads or ("preact" if any(node.operator.is_weighted for node in nodes) else "input")
    tap = _tap(around.branch) if reads == "preact" and nodes else 0
    layout = around.block.network.layout
    over = kind != "none" and inplace_safe(around.branch[tap:])
    why = "; ".join([why, *_details(nodes, around, tap)])
    return Shortcut(kind, why, nodes, tap, layout.shortcut, layout.shortcut_first, over)


def _kind(requested: ShortcutOptions, around: ShortcutContext) -> tuple[str, str]:
    """Return the kind of the shortcut and the reason."""
    match requested.type:
        case "none":
            return "none", "the spec asks for a plain network"
        case "identity":
            return "identity", "the spec asks for it"
        case "identity_or_none" if not around.matches():
            return "none", around.difference()
        case "projection":
            kind, why = "projection", f"the spec asks for it; {around.difference()}"
        case _ if around.matches():
            return "identity", "the shapes match"
        case "pad":
            return "pad", around.difference()
        case asked:
            kind, why = "avg_projection" if asked == "avg_projection" else "projection", around.difference()
    return ("layers" if _has_own_layers(requested, around) else kind), why


def _has_own_layers(requested: ShortcutOptions, around: ShortcutContext) -> bool:
    return requested.layers is not None or _resizes(requested, around)


def _resizes(requested: ShortcutOptions, around: ShortcutContext) -> bool:
    """Return True if the block changes only the size, and the spec has layers of its own for that."""
    return requested.resize is not None and around.in_channels == around.out_channels


def _layers(kind: str, requested: ShortcutOptions, around: ShortcutContext) -> _Layers:
    at = around.block.origin("shortcut")
    match kind:
        case "layers" if _resizes(requested, around):
            return _Layers(requested.resize or (), (*at, "resize"))
        case "layers":
            return _Layers(requested.layers or (), (*at, "layers"))
        case "projection":
            kernel, dilation = _window(requested, around)
            return _Layers((_projection(around, kernel, HERE, dilation),))
        case "avg_projection":
            ones = (1,) * around.rank
            return _Layers((AVG_POOL, _projection(around, ones, 1, 1)))
        case "pad":
            _check_pad(around)
            return _Layers((MEAN_PAD if requested.pixels == "mean" else PAD)[requested.zeros or "behind"])
    return _Layers(())


def _projection(
    around: ShortcutContext, kernel: tuple[int, ...], stride: str | int, dilation: tuple[int, ...] | int
) -> Layer:
    return projection(kernel, stride, dilation, normed=_norm_first(around.block), bias=around.block.convolution.bias)


def _window(requested: ShortcutOptions, around: ShortcutContext) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the kernel of a projection and its dilation, where the kernel is larger than one pixel."""
    ones = (1,) * around.rank
    kernel = _kernel(requested, around) if around.stride != ones or around.position.replaced != ones else ones
    return kernel, tuple(d if k > 1 else 1 for d, k in zip(around.position.first_dilation, kernel, strict=True))


def _kernel(requested: ShortcutOptions, around: ShortcutContext) -> tuple[int, ...]:
    at = (*around.block.origin("shortcut"), "kernel")
    if isinstance(requested.kernel, int):
        return (requested.kernel,) * around.rank
    if len(requested.kernel) != around.rank:
        raise LoweringError(Fault("RG204", axis_count_message("kernel", len(requested.kernel), around.rank), Place(at)))
    return requested.kernel


def _nodes(written: _Layers, around: ShortcutContext) -> tuple[Node, ...]:
    """Lower the layers, and the attention on the shortcut.

    Raises:
        LoweringError: a layer is impossible, or the shapes would differ from the branch's.
    """
    block = around.block
    position = around.position
    if position.stride != around.stride:
        position = position._replace(stride=around.stride, fixed_stride=(1,) * around.rank)
    naming = block.network.layout.projection
    context = BlockContext(block.network, naming, block.at, written.at, block.settings, block.widths, position, True)
    builder = LayerBuilder(context, around.in_channels)
    for index, layer in enumerate(written.layers):
        builder.lay(index, layer if written.at is None else _completed(layer, context))
    builder.reject_names_beside_numbers()
    if written.at is not None:
        _check_end(builder, width_at(written.layers, written.at) or written.at, written.at, around)
    if around.attention is not None:
        builder.attend(around.attention, here=True)
    if around.attention is not None or any(node.operator.entries() for node in builder.nodes):
        return tuple(builder.nodes)
    return _without_tensors(builder)


def _without_tensors(builder: LayerBuilder) -> tuple[Node, ...]:
    """Return the nodes where no key depends on their numbers: no identity holds a place, and one alone has no name."""
    found = LayerBuilder(builder.context, builder.channels)
    for node in builder.nodes:
        if not isinstance(node.operator, Identity):
            found.add(node.operator, at=node.at)
    return (found.nodes[0]._replace(name=""),) if len(found.nodes) == 1 else tuple(found.nodes)


def _norm_first(context: BlockContext) -> bool:
    """Return True if the norms of a block precede its convolutions."""
    return context.order.index("norm") < context.order.index("conv")


def _completed(layer: Layer, context: BlockContext) -> Layer:
    """Return a layer of the spec with the defaults of a shortcut: no activation.

    In a block whose norms precede its convolutions, a convolution of the shortcut has none, as it reads the normed map.
    """
    own: dict[str, object] = {"act": NO_ACT}
    if isinstance(layer, ConvLayer):
        if _norm_first(context) and "norm" not in layer.model_fields_set:
            own |= {"norm": NO_NORM, "bias": context.convolution.bias or False}
    elif not isinstance(layer, NormLayer):
        return layer
    own = {key: value for key, value in own.items() if key not in layer.model_fields_set}
    return layer.model_copy(update=own)


def _check_end(builder: LayerBuilder, end: Path, at: Path, around: ShortcutContext) -> None:
    """Raise an error for layers of the spec that give other channels than the branch, or another stride."""
    related = ((Place(around.block.at, Part.KEY), "used here"),)
    if builder.channels != around.out_channels:
        message = f"the shortcut ends in {builder.channels} channels, and the branch in {around.out_channels}"
        help = "end it in a convolution `to: out`, or in `{pad_channels: out}`"
        raise LoweringError(Fault("RG302", message, Place(end), related=related, help=help))
    stride = total_stride(builder.nodes, around.rank)
    if stride != around.stride:
        message = f"the shortcut has a stride of {_axes(stride)}, and the branch of {_axes(around.stride)}"
        help = "let one of its layers, and no other, have `stride: here`, or a pool the window `stride`"
        raise LoweringError(Fault("RG302", message, Place(at), related=related, help=help))


def _check_pad(around: ShortcutContext) -> None:
    if around.out_channels < around.in_channels:
        message = f"a pad shortcut can only add channels, but here {around.in_channels} become {around.out_channels}"
        help = "use `shortcut: auto`, which becomes a projection"
        raise _error("RG306", message, around.block.written_at("shortcut") or (), around, help)


def _error(code: str, message: str, at: Path, around: ShortcutContext, help: str) -> LoweringError:
    """Return an error at a setting, related to the block that cannot follow it."""
    user = around.block.at
    used = () if at[: len(user)] == user else ((Place(user, Part.KEY), "used here"),)
    return LoweringError(Fault(code, message, Place(at), related=used, help=help))


def _kind_of(nodes: Sequence[Node]) -> str:
    """Return the kind of a shortcut that the spec writes as layers."""
    if any(node.operator.is_weighted for node in nodes):
        return "projection"
    if any(isinstance(node.operator, PadChannels) for node in nodes):
        return "pad"
    return "layers" if nodes else "identity"


def _details(nodes: Sequence[Node], around: ShortcutContext, tap: int) -> list[str]:
    """Return what the kind alone does not tell: the input, where there is a choice, and how a pad fills."""
    found = []
    if nodes and _tap(around.branch):
        normed = any(node.operator.is_norm for node in around.branch[:tap])
        read = "the normed map" if normed else "what the branch's first layers give"
        found.append(f"reads {read if tap else 'the input of the block'}")
    pad = next((node.operator for node in nodes if isinstance(node.operator, PadChannels)), None)
    if pad is not None:
        averages = any(isinstance(node.operator, AvgPool) for node in nodes)
        pixels = "" if set(around.stride) == {1} else "means of pixels, " if averages else "strided pixels, "
        found.append(f"{pixels}zeros {'behind' if pad.zeros == 'behind' else 'on both sides'}")
    return found


def _axes(values: tuple[int, ...]) -> str:
    return str(values[0]) if len(set(values)) == 1 else by_axis(values)


def _leads(node: Node) -> bool:
    return node.operator.is_norm or node.operator.is_activation or node.operator.is_preact


def _tap(branch: tuple[Node, ...]) -> int:
    """Return the index of the first node of the branch that is no norm, activation or constant factor.

    In a pre-activation block a projection reads what enters that node: it shares these with the branch
    (arXiv:1603.05027, section 5, and its authors' code). Other branches begin with a convolution: 0.
    """
    return next((index for index, node in enumerate(branch) if not _leads(node)), 0)
