"""Anti-aliasing by average pooling: the pool strides instead of the convolution (`antialias: avg`)."""

from typing import Literal

from resnetgen.errors import OperatorError
from resnetgen.ops.antialias import AntialiasSlot
from resnetgen.ops.operator import Operator
from resnetgen.ops.pool import AvgPool
from resnetgen.ops.window import Window
from resnetgen.schema.fields import Pixels


class AvgAntialiasSlot(AntialiasSlot):
    """`antialias: avg`: average pooling with the stride as its window, or with a larger window and zero padding.

    timm's `aa_layer=AvgPool2d` is the former; ResNeSt's `avd` the latter with a `size` of 3 (arXiv:2004.08955).
    """

    type: Literal["avg"]
    """`avg`: average pooling."""
    size: Pixels | None = None
    """The window of the mean along each axis, at least the stride. The mean includes the zero padding."""

    def operator(self, channels: int, stride: tuple[int, ...]) -> Operator:
        if self.size is None:
            kernel, padding = stride, (0,) * len(stride)
        else:
            kernel, padding = (self.size,) * len(stride), ((self.size - 1) // 2,) * len(stride)
            if self.size < max(stride):
                pixels = "1 pixel" if self.size == 1 else f"{self.size} pixels"
                message = f"an average over {pixels} at a stride of {max(stride)} skips pixels"
                raise OperatorError(message, f"use a `size` of at least {max(stride)}", "RG204", option="size")
        return AvgPool(Window(kernel, stride, padding, (1,) * len(stride)))
