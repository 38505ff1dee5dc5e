"""Layers without a convolution or a window: `{norm: here}`, `{act: relu}`, `{dropout: 0.1}`, `{attention: se}`."""

from typing import ClassVar

from resnetgen.layers.builder import LayerBuilder
from resnetgen.ops.activation import Act, ActivationSlot, ActOrHere
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.norms import NormKind
from resnetgen.ops.registry import AttentionKind, AttentionOrHere, NormOrHere
from resnetgen.ops.slot import HereSlot
from resnetgen.schema.fields import HERE, Identifier
from resnetgen.schema.numbers import RateOrHere
from resnetgen.schema.record import Record


def place_norm(builder: LayerBuilder, slot: NormKind | HereSlot, act: ActivationSlot | None) -> bool:
    """Place the norm of a layer; return True if it brings the activation, which `act` is None to inherit.

    Raises:
        LoweringError: the layer has an activation of its own as well.
    """
    here = isinstance(slot, HereSlot)
    norm: NormKind = builder.context.norm if isinstance(slot, HereSlot) else slot
    active = builder.context.act if act is None else act
    fused = norm.brings_activation and active.type != "none"
    if fused and act is not None:
        message = f"`act: {act.type}` has no effect: the norm {norm.type} includes an activation"
        raise builder.fault("RG209", message, "act", help="remove it, or write `act: none`")
    builder.normalize(norm, here=here, active=fused)
    return fused


def activation(builder: LayerBuilder, act: ActivationSlot) -> ActivationSlot:
    """Return the activation of a layer, for `here` that of the block or the network."""
    return builder.context.act if act.type == HERE else act


class NormLayer(Record):
    """A normalization and an activation. `here` is the norm of the block or, in the stem and the head, the network."""

    numbered: ClassVar[bool] = True

    norm: NormOrHere
    """The normalization, or `here` for the block's norm; in the stem and the head, for the network's."""
    act: Act | None = None
    """The activation after the norm."""
    name: Identifier | None = None
    """A name in place of the layer's number, for the `*` in names of the layout."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operators."""
        builder.unit += 1
        act = builder.context.act if self.act is None else self.act
        if not place_norm(builder, self.norm, self.act):
            builder.activate(act)


class ActLayer(Record):
    """An activation. `here` is that of the block or, in the stem and the head, of the network."""

    numbered: ClassVar[bool] = True

    act: ActOrHere
    """The activation, or `here` for the block's activation; in the stem and the head, for the network's."""
    name: Identifier | None = None
    """A name in place of the layer's number, for the `*` in names of the layout."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operator."""
        builder.unit += 1
        builder.activate(activation(builder, self.act))


class DropoutLayer(Record):
    """A dropout. `here` is the rate of the block."""

    numbered: ClassVar[bool] = True

    dropout: RateOrHere
    """The rate, at least 0 and below 1. May be `here`. At 0, no module is emitted."""
    name: Identifier | None = None
    """A name in place of the layer's number, for the `*` in names of the layout."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operator, unless the rate is zero."""
        builder.unit += 1
        rate = builder.dropout(self.dropout)
        if rate:
            builder.add(Dropout(rate))


class AttentionLayer(Record):
    """An attention module at this position. `here` is that of the block."""

    numbered: ClassVar[bool] = False

    attention: AttentionOrHere
    """The attention module, without `place`, or `here` for the block's."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operator, if there is one."""
        if not isinstance(self.attention, HereSlot) and "place" in self.attention.model_fields_set:
            message = "`place` has no effect: the layer's position in the list is its place"
            raise builder.fault("RG209", message, "attention", help="remove `place`")
        slot: AttentionKind | None = builder.slot("attention", self.attention)
        if slot is not None:
            builder.attend(slot, here=isinstance(self.attention, HereSlot))
