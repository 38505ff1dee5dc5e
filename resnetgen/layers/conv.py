"""The layer `{conv: 3, to: 64}`: a convolution with its normalization and activation."""

from typing import ClassVar, Self

from resnetgen.diagnostics.model import Indivisible
from resnetgen.layers.builder import LayerBuilder
from resnetgen.layers.padding import padded_window, usual_window
from resnetgen.ops.activation import Act, ActivationSlot
from resnetgen.ops.antialias import SIDES
from resnetgen.ops.convolution_slot import COMMON, ConvolutionSlot
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.norms import Norm, NormKind
from resnetgen.ops.registry import Antialias, AntialiasKind, Convolution, DropBlockOrHere, SpatialKind, SpatialOrHere
from resnetgen.ops.slot import HereSlot, chosen
from resnetgen.ops.spatial import Unit
from resnetgen.ops.window import ZEROS, Window, usual_padding
from resnetgen.schema.fields import HERE, ExtentOrHere, Flag, Identifier, says_here, validation_error
from resnetgen.schema.json_forms import WRITTEN, Json, Rule
from resnetgen.schema.numbers import RateOrHere
from resnetgen.schema.padding import ConvPadding, PaddingMode
from resnetgen.schema.record import Record
from resnetgen.schema.width_expression import number
from resnetgen.schema.widths import Width, WidthOrHere

_ONE = number(1)

GROUPS_TWICE = "the groups are written twice: by their number, and by their width"

_AFTER_NORM = ("drop_block",)
"""The slots of a layer whose operators follow its norm, in this order."""


class ConvLayer(Record):
    """A convolution with its normalization and activation. In a block, `order` sets their order."""

    numbered: ClassVar[bool] = True

    conv: ExtentOrHere
    """The kernel size, in pixels. May be `here`, for the block's `kernel`."""
    to: Width
    """The output channels, a width."""
    stride: ExtentOrHere = 1
    """The stride. May be `here`."""
    padding: ConvPadding | None = None
    """The padding on each side: a number, a pair `[before, behind]` in a list with an entry for each axis, `same` or
    `causal`.
    """
    padding_mode: PaddingMode = ZEROS
    """The values of the padding, by PyTorch's words: `zeros`, `reflect`, `replicate` or `circular`."""
    dilation: ExtentOrHere = 1
    """The spacing between kernel elements. May be `here`."""
    groups: WidthOrHere = _ONE
    """The number of groups, a width. It must divide the input and the output channels. May be `here`."""
    group_width: Width | None = None
    """The input channels of each group, a width, in place of `groups`."""
    bias: Flag | None = None
    """If true, the convolution has a bias."""
    dropout: RateOrHere = 0.0
    """The rate of a dropout before the convolution. May be `here`."""
    drop_block: DropBlockOrHere | None = None
    """A drop block after the norm. May be `here`."""
    convolution: Convolution | None = None
    """The type of this layer's convolution."""
    spatial: SpatialOrHere | None = None
    """A spatial convolution that replaces the layer's convolution, norm and activation. May be `here`."""
    antialias: Antialias | None = None
    """The filter that strides in place of the layer."""
    norm: Norm | None = None
    """The normalization of this layer."""
    act: Act | None = None
    """The activation of this layer."""
    name: Identifier | None = None
    """A name in place of the layer's number, for the `*` in names of the layout."""

    def validate_record(self) -> Self:
        """Reject groups by number and by width, and a key of the layer inside `convolution`."""
        if self.convolution is not None:
            for key in COMMON:
                if getattr(self.convolution, key) is not None:
                    message = f"`{key}` is a key of the layer itself"
                    raise validation_error("RG209", message, "write it beside `conv`", key="convolution")
        if self.group_width is not None and "groups" in self.model_fields_set:
            raise validation_error("RG209", GROUPS_TWICE, "remove one of them", key="group_width")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        outside: dict[str, Json] = {key: {"type": "null"} for key in COMMON}
        return (
            Rule({"groups": False}, written={"group_width": WRITTEN}),
            Rule({"convolution": {"properties": outside}}),
        )

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operators."""
        builder.need_map("conv")
        builder.unit += 1
        stride = builder.stride(self.stride)
        antialias = builder.context.antialias if self.antialias is None else chosen(self.antialias)
        if self.antialias is not None:
            self._check_stride(builder)
        if antialias is None or not (says_here(self.stride) or set(stride) != {1}):
            self._unit(builder, stride)
        else:
            self._with_antialias(builder, antialias, stride)
        builder.strided = builder.strided or says_here(self.stride)

    def _check_stride(self, builder: LayerBuilder) -> None:
        if not says_here(self.stride) and set(builder.stride(self.stride)) == {1}:
            message = "`antialias` has no effect: this layer has no stride"
            raise builder.fault("RG209", message, "antialias", help="remove it")

    def _with_antialias(self, builder: LayerBuilder, antialias: AntialiasKind, stride: tuple[int, ...]) -> None:
        """Place the layer at stride 1, and the anti-aliasing operator that strides before or after it.

        Blocks that do not stride have an identity there, and so the same class as those that do.
        """
        one = (1,) * builder.context.rank
        strides = stride != one or (says_here(self.stride) and builder.context.replaces_stride())
        for side in SIDES:
            if side == antialias.place:
                builder.shrink(antialias if strides else None, stride, here=self.antialias is None)
            if side == "before":
                self._unit(builder, one)

    def _unit(self, builder: LayerBuilder, stride: tuple[int, ...]) -> None:
        """Place convolution, norm and activation in order; some convolutions contain the latter two."""
        context, order = builder.context, builder.context.order
        norm = context.norm if self.norm is None else self.norm
        act = context.act if self.act is None else self.act
        spatial: SpatialKind | None = None if self.spatial is None else builder.slot("spatial", self.spatial)
        ends = [key for key in _AFTER_NORM if self._has(builder, key)]
        if spatial is None and not norm.brings_activation and not ends:
            self._plain(builder, stride, norm, act)
            return
        fused = self._fuses(builder, norm, act, inside=spatial is not None)
        last = "conv" if spatial or order.index("norm") < order.index("conv") else "norm"
        for part in order:
            if part == "conv":
                self._convolve(builder, stride, spatial, norm, act)
            elif spatial and order.index(part) > order.index("conv"):
                continue  # it is inside
            elif part == "norm":
                builder.normalize(norm, here=self.norm is None, active=fused)
            elif not fused:
                builder.activate(act)
            if part == last:
                for key in ends:
                    builder.place(key, getattr(self, key))

    def _has(self, builder: LayerBuilder, key: str) -> bool:
        """Return True if a slot of the layer, or the block's for `here`, is not empty."""
        slot = getattr(self, key)
        return slot is not None and builder.slot(key, slot) is not None

    def _plain(self, builder: LayerBuilder, stride: tuple[int, ...], norm: NormKind, act: ActivationSlot) -> None:
        """Place a layer without fused parts, by far the most common case."""
        for part in builder.context.order:
            if part == "conv":
                self._convolve(builder, stride, None, norm, act)
            elif part == "norm":
                builder.normalize(norm, here=self.norm is None)
            else:
                builder.activate(act)

    def _fuses(self, builder: LayerBuilder, norm: NormKind, act: ActivationSlot, *, inside: bool) -> bool:
        """Return True if the norm's own activation replaces the layer's; `inside`: both are in another operator."""
        if not norm.brings_activation or act.type == "none":
            return False
        follows = builder.context.order.index("act") == builder.context.order.index("norm") + 1
        if self.act is not None and (follows or inside):
            message = f"`act: {act.type}` has no effect: the norm {norm.type} includes an activation"
            raise builder.fault("RG209", message, "act", help="remove it, or write `act: none`")
        return follows

    def _convolve(
        self,
        builder: LayerBuilder,
        stride: tuple[int, ...],
        spatial: SpatialKind | None,
        norm: NormKind,
        act: ActivationSlot,
    ) -> None:
        if self.dropout and (rate := builder.dropout(self.dropout)):
            builder.add(Dropout(rate))
        outer = builder.context.convolution
        convolution = outer if self.convolution is None else self.convolution.over(outer)
        window, out_channels, groups = self._numbers(builder, stride, convolution)
        if spatial is None:
            common = convolution.bias if self.bias is None else self.bias
            bias = norm.type == "none" if common is None else common
            numbers = builder.channels, out_channels, window, groups, bias
            builder.add(
                builder.make_operator(
                    "convolution", convolution, self.convolution is None, convolution.operator, *numbers
                )
            )
        else:
            self._nothing_beside_spatial(builder, window)
            ends = builder.channels, out_channels
            begins = builder.context.changes_shape() or set(stride) != {1}
            unit = Unit(*ends, window, groups, convolution, norm, act, begins, apart=builder.is_full())
            here = isinstance(self.spatial, HereSlot)
            at = (builder.context.written_at("spatial") or ()) if here else ()
            builder.add(builder.make_operator("spatial", spatial, here, spatial.operator, unit), at=at)
        builder.channels = out_channels

    def _nothing_beside_spatial(self, builder: LayerBuilder, window: Window) -> None:
        """Reject what the modules of a spatial convolution would not follow."""
        if window.mode != ZEROS:
            message = "`padding_mode` has no effect: the `spatial` convolution pads with zeros"
            if "padding_mode" not in self.model_fields_set:
                message = f"a `spatial` convolution pads with zeros, not by `padding_mode: {window.mode}`"
                help = "write `convolution: {padding_mode: zeros}` in these blocks"
                raise builder.fault("RG209", message, "convolution.padding_mode", here=True, help=help)
            raise builder.fault("RG209", message, "padding_mode", help="remove it")
        if not window.is_even():
            message = "a `spatial` convolution has the same padding on both sides"
            if self.padding is None:
                help = "remove it here; a layer without `spatial` may have such a `padding`"
                raise builder.fault("RG204", message, "convolution.padding", here=True, help=help)
            raise builder.fault("RG204", message, "padding", help="write a number, or an odd kernel without `padding`")
        if self.bias is not None:
            message = "`bias` has no effect: the `spatial` convolution sets the biases of its own layers"
            raise builder.fault("RG209", message, "bias", help="remove it")

    def _numbers(
        self, builder: LayerBuilder, stride: tuple[int, ...], convolution: ConvolutionSlot
    ) -> tuple[Window, int, int]:
        """Return the window, the output channels and the groups, which must divide the channels on both sides."""
        window = self._window(builder, stride, convolution)
        out_channels = builder.width(self.to, "to")
        return window, out_channels, self._groups(builder, out_channels)

    def _window(self, builder: LayerBuilder, stride: tuple[int, ...], convolution: ConvolutionSlot) -> Window:
        kernel, dilation = builder.kernel(self.conv, "conv"), builder.dilation(self.dilation)
        own = "padding_mode" in self.model_fields_set
        mode = self.padding_mode if own or convolution.padding_mode is None else convolution.padding_mode
        padding = convolution.padding if self.padding is None else self.padding
        if padding is None and mode == ZEROS:  # the usual case, for which it is short
            return usual_window(kernel, stride, dilation)
        return padded_window(
            builder,
            kernel,
            stride,
            usual_padding(kernel, dilation) if padding is None else padding,
            dilation,
            mode=mode,
            varies=says_here(self.conv),
            common=tuple(key for key, here in (("padding", self.padding is None), ("padding_mode", not own)) if here),
        )

    def _groups(self, builder: LayerBuilder, out_channels: int) -> int:
        if self.group_width is not None:
            groups, key = builder.groups_of_width(self.group_width), "group_width"
        elif self.groups is _ONE:
            return 1
        else:
            groups, key = builder.groups(self.groups), "groups"
        here = self.groups == HERE
        if here and builder.of_block("groups") is None:
            key = "group_width"
        if groups > 1:
            _divide(builder, groups, out_channels, key, here=here)
        return groups


def _divide(builder: LayerBuilder, groups: int, out_channels: int, key: str, *, here: bool) -> None:
    sides = (builder.channels, "input"), (out_channels, "output")
    wrong = [(channels, side) for channels, side in sides if channels % groups]
    if wrong:
        channels, side = wrong[0]
        message = f"{groups} groups do not divide the {channels} {side} channels"
        indivisible = (
            Indivisible("groups", groups, tuple(channels for channels, _ in wrong)) if key == "groups" else None
        )
        raise builder.fault("RG303", message, key, here=here, channels=channels, indivisible=indivisible)
