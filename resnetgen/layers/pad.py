"""The layer `{pad: 1}`: zeros around the map."""

from typing import ClassVar

from resnetgen.layers.builder import LayerBuilder
from resnetgen.ops.pad import Pad
from resnetgen.schema.fields import Padding
from resnetgen.schema.record import Record


class PadLayer(Record):
    """Zeros on each side, along each axis. Unlike the padding of a max pool, they can be the maximum."""

    numbered: ClassVar[bool] = False

    pad: Padding
    """The number of zeros on each side, along each axis. All 0 is an error."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operator."""
        padding = builder.axes(self.pad, "pad")
        if set(padding) == {0}:
            raise builder.fault("RG209", "this layer has no effect: it pads nothing", "pad", help="remove it")
        builder.add(Pad(padding))
