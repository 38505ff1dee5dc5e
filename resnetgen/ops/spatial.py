"""Base classes of the spatial slots, which replace a block's spatial convolution with its norm and activation."""

from typing import ClassVar, NamedTuple

from resnetgen.errors import OperatorError
from resnetgen.ops.activation import ActivationSlot
from resnetgen.ops.composite import Composite
from resnetgen.ops.conv import Conv
from resnetgen.ops.convolution_slot import ConvolutionSlot
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Operator
from resnetgen.ops.window import Shape, ShapeMismatch, Window, slide, too_small
from resnetgen.schema.record import Record


class Unit(NamedTuple):
    """A convolution with norm and activation, as a layer describes it before it is placed.

    `begins` is true if the output of its block has another shape than the input. `apart` is true if its modules cannot
    be attributes of the block: there is no block, or another unit's modules are.
    """

    in_channels: int
    out_channels: int
    window: Window
    groups: int
    convolution: ConvolutionSlot
    norm: NormSlot
    act: ActivationSlot
    begins: bool
    apart: bool = False

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.window.kernel)

    def conv(self, in_channels: int, out_channels: int, window: Window, groups: int) -> Conv:
        """Return the unit's convolution with other numbers, by default without a bias where a norm follows."""
        bias = self.convolution.bias
        if bias is None:
            bias = self.normalize(out_channels) is None
        return self.convolution.operator(in_channels, out_channels, window, groups, bias)

    def normalize(self, channels: int, of: str = "") -> Operator | None:
        """Return the unit's norm for `channels` channels, with its own activation if one is wanted.

        Raises:
            OperatorError: there is none for so many channels; `of` tells which these are, if its own.
        """
        make = self.norm.activated if self.act.type != "none" else self.norm.operator
        try:
            return make(channels, self.rank)
        except OperatorError as impossible:
            if not of:
                raise
            help = f"{impossible.help}; or set the number of these channels by `ratio` and `divisor`"
            raise OperatorError(f"{impossible.message} {of}", help, impossible.code) from None

    def activate(self, channels: int) -> Operator | None:
        """Return the activation after the norm of `channels` channels, None where the norm has its own."""
        return None if self.norm.brings_activation else self.act.operator(channels)


class Spatial(Composite):
    """A spatial convolution with norm and activation: (in_channels, *size) to (out_channels, *size / stride)."""

    role: ClassVar[str] = "spatial"
    is_weighted: ClassVar[bool] = True

    in_channels: int
    out_channels: int
    window: Window

    def receptive_window(self) -> Window:
        return self.window

    def output(self, shape: Shape) -> Shape:
        return slide(self.window, self.out_channels, shape)

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        """Return the error of a window that is too large, or of a norm inside over a pooled map."""
        inside = Composite.shape_error(self, shape)
        another = inside and inside._replace(help="use another `norm`, such as batch")
        return too_small(self.window, shape) or another

    def widths(self) -> tuple[tuple[str, int], ...]:
        return ("in", self.in_channels), ("out", self.out_channels)


class SpatialSlot(Record):
    """`spatial: ...`: the operator of the layer with `spatial: here`."""

    def operator(self, unit: Unit) -> Spatial:
        """Return the operator for a unit, with its norm and activation.

        Raises:
            OperatorError: the operator does not work with this number of channels.
        """
        raise NotImplementedError
