"""The layer `{pad: 1}`: a frame around the map."""

from typing import ClassVar

from resnetgen.layers.builder import LayerBuilder
from resnetgen.layers.padding import padded_window
from resnetgen.ops.pad import Pad
from resnetgen.ops.window import ZEROS
from resnetgen.schema.padding import Padding, PaddingMode
from resnetgen.schema.record import Record


class PadLayer(Record):
    """A frame around the map, of zeros by default. Unlike the padding of a max pool, these can be the maximum."""

    numbered: ClassVar[bool] = False

    pad: Padding
    """The number of pixels on each side, along each axis; or a pair `[before, behind]` in a list with an entry for
    each axis. All 0 is an error.
    """
    padding_mode: PaddingMode = ZEROS
    """The values of the frame, by PyTorch's words: `zeros`, `reflect`, `replicate` or `circular`."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operator."""
        one = (1,) * builder.context.rank
        window = padded_window(builder, one, one, self.pad, one, key="pad")
        if not window.pads():
            raise builder.fault("RG209", "this layer has no effect: it pads nothing", "pad", help="remove it")
        builder.add(Pad(window._replace(mode=self.padding_mode)))
