"""The layer `{pad_channels: out}`: channels of zeros beside those of the map."""

from typing import Annotated, ClassVar

from resnetgen.layers.builder import LayerBuilder
from resnetgen.ops.pad_channels import ZEROS, pad_channels
from resnetgen.schema.fields import ExtentOrHere, choice, says_here
from resnetgen.schema.record import Record
from resnetgen.schema.widths import Width


class PadChannelsLayer(Record):
    """Channels of zeros, and with a stride only every so many pixels: the shortcut `pad` is this layer."""

    numbered: ClassVar[bool] = False

    pad_channels: Width
    """The output channels, a width: those of the map, and zeros for the rest."""
    stride: ExtentOrHere | None = None
    """The stride: the layer takes every stride-th pixel, by default all of them. May be `here`."""
    zeros: Annotated[str, choice(*ZEROS)] = "behind"
    """The side of the zeros: `behind` the channels of the map, or on `both` sides, an odd one behind."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operator."""
        out_channels, key = builder.width(self.pad_channels, "pad_channels"), "pad_channels"
        if out_channels < builder.channels:
            message = f"`pad_channels` can only add channels, but here {builder.channels} become {out_channels}"
            raise builder.fault("RG306", message, key, help="use a convolution: `{conv: 1, to: out}`")
        if out_channels == builder.channels and self.stride is None and builder.context.position is None:
            raise builder.fault("RG209", "this layer has no effect: it adds no channels", key, help="remove it")
        ones, strides = (1,) * builder.context.rank, self.stride is not None
        stride = builder.stride(self.stride) if self.stride is not None else ones
        builder.add(pad_channels(builder.channels, out_channels, stride, self.zeros, strides=strides))
        builder.channels = out_channels
        builder.strided = builder.strided or says_here(self.stride)
