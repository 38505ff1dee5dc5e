"""The layers that the words of `shortcut` are short for."""

from __future__ import annotations

from functools import lru_cache

from resnetgen.layers import AvgPoolLayer, ConvLayer, Layer, PadChannelsLayer
from resnetgen.ops.activation import ActivationSlot
from resnetgen.ops.norms import NoneNormSlot
from resnetgen.ops.pad_channels import ZEROS
from resnetgen.schema.fields import HERE, STRIDE
from resnetgen.schema.width_expression import parse

_OUT = parse("out")
NO_NORM = NoneNormSlot.model_construct(type="none")
NO_ACT = ActivationSlot.model_construct(type="none")


@lru_cache(maxsize=256)
def projection(
    kernel: tuple[int, ...],
    stride: str | int,
    dilation: tuple[int, ...] | int,
    *,
    normed: bool,
    bias: bool | None = None,
) -> Layer:
    """Return the layer that a projection is short for.

    Args:
        kernel: the kernel along each axis.
        stride: the stride, `here` for that of the block.
        dilation: the dilation along each axis, or one for all.
        normed: true if it reads the normed map of a block whose norms precede its convolutions; it then has no norm.
        bias: whether all convolutions have a bias; by default those that read a normed map have none.
    """
    layer = ConvLayer.model_construct(conv=kernel, to=_OUT, stride=stride, dilation=dilation, act=NO_ACT)
    return layer.model_copy(update={"norm": NO_NORM, "bias": bias or False}) if normed else layer


AVG_POOL = AvgPoolLayer.model_construct(avg_pool=STRIDE, ceil_mode=True, count_include_pad=False)
"""The pool of ResNet-D's shortcut (arXiv:1812.01187)."""

PAD = {zeros: (PadChannelsLayer.model_construct(pad_channels=_OUT, stride=HERE, zeros=zeros),) for zeros in ZEROS}
"""Option A of ResNet (arXiv:1512.03385), by the side of the zeros."""

MEAN_PAD = {
    zeros: (
        AvgPoolLayer.model_construct(avg_pool=STRIDE, ceil_mode=True),
        PadChannelsLayer.model_construct(pad_channels=_OUT, zeros=zeros),
    )
    for zeros in ZEROS
}
"""The shortcut of PyramidNet (arXiv:1610.02915, section 3.2 and its authors' code)."""
