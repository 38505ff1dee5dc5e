"""The layer `{linear: 512}`: a fully connected layer after the pool of the head."""

from typing import ClassVar

from resnetgen.layers.builder import LayerBuilder
from resnetgen.layers.simple import activation, place_norm
from resnetgen.ops.activation import ActOrHere
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.linear import Linear
from resnetgen.ops.registry import NormOrHere
from resnetgen.schema.fields import Flag, Identifier
from resnetgen.schema.numbers import Rate
from resnetgen.schema.record import Record
from resnetgen.schema.widths import Width


class LinearLayer(Record):
    """A fully connected layer over a vector. Unlike a convolution, it has only the norm and activation written here."""

    numbered: ClassVar[bool] = True

    linear: Width
    """The output features, a width."""
    bias: Flag = True
    """If true, it has a bias."""
    dropout: Rate = 0.0
    """The rate of a dropout before it."""
    norm: NormOrHere | None = None
    """The normalization after it, or `here` for the network's. None by default."""
    act: ActOrHere | None = None
    """The activation after them, or `here` for the network's. None by default."""
    name: Identifier | None = None
    """A name in place of the layer's number, for the `*` in names of the layout."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operators; a map is flattened first."""
        builder.unit += 1
        builder.flatten()
        if self.dropout:
            builder.add(Dropout(self.dropout))
        features = builder.width(self.linear, "linear")
        builder.add(Linear(builder.channels, features, self.bias), "hidden")
        builder.channels = features
        fused = self.norm is not None and place_norm(builder, self.norm, self.act)
        if self.act is not None and not fused:
            builder.activate(activation(builder, self.act))
