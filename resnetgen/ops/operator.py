"""The base class of all operators. It states each fact that later stages read; an operator is one file."""

from __future__ import annotations

from enum import Enum
from functools import cache
from math import prod
from typing import ClassVar, NamedTuple

from resnetgen.frozen import Frozen
from resnetgen.ops.folding import AtInference
from resnetgen.ops.window import Shape, ShapeMismatch, Window, by_axis


class TensorSpec(NamedTuple):
    """A tensor of a state dict: `trained` for a parameter, else a buffer; `real` for floats, else integers.

    `supplied` is true if PyTorch supplies the tensor when loaded weights lack it. `grid` is the size of the map whose
    positions the rows after the first are; empty for what is no embedding of positions.
    """

    name: str
    shape: tuple[int, ...]
    trained: bool = True
    real: bool = True
    supplied: bool = False
    grid: tuple[int, ...] = ()

    def numel(self) -> int:
        """Return the number of elements; 1 for a scalar."""
        count = 1
        for extent in self.shape:
            count *= extent
        return count


class ArgumentKind(Enum):
    """The kind of a constructor argument. Only arguments of the same kind share a name in a block class."""

    FIXED = "fixed"
    """Written into the class: two blocks that differ here are two classes."""
    WIDTH = "width"
    EXTENT = "extent"
    STRIDE = "stride"
    SPREAD = "spread"
    """Padding and dilation, which are equal for a kernel of three."""
    RATE = "rate"
    """A share that is dropped in training."""
    FACTOR = "factor"
    """A constant, or the initial value of a learned one."""


class Schedule(Frozen):
    """A rate that grows linearly with the block's index, from zero at the first block to `rate` at the last.

    `total` is the number of blocks in the network (stochastic depth's linear rule, arXiv:1603.09382, equation 4, with
    the first block never dropped, as timm has it).
    """

    rate: float
    total: int


Value = int | float | str | bool | tuple[int, ...] | Schedule


class Argument(NamedTuple):
    """A constructor argument: its keyword, value and kind.

    It is left out where the value equals `default`, and written without its keyword where `positional`.
    """

    name: str
    value: Value
    kind: ArgumentKind = ArgumentKind.FIXED
    default: Value | None = None
    positional: bool = False


class Construction(NamedTuple):
    """A constructor call: the callable's name and its arguments in order.

    A container is made of `inner` modules instead, or of `repeat` equal ones.
    """

    function: str
    arguments: tuple[Argument, ...] = ()
    inner: tuple[Construction, ...] = ()
    repeat: int = 0


class Operator(AtInference):
    """The facts of one operator, every number resolved. Defaults: elementwise, without weights."""

    template: ClassVar[str] = ""
    """The file under templates/ops/ with the class to emit, where PyTorch has no such module."""
    class_name: ClassVar[str] = ""
    """The name of that class; no network may have it."""
    helper: ClassVar[str] = ""
    """The end of the name of a second class in its template, after that of the first; empty if there is none."""
    inline: ClassVar[bool] = False
    """True if it is no class but a method of the block, called `class_name`, whose parts are the block's own."""
    imports: ClassVar[tuple[str, ...]] = ()
    """Lines of import that its kind needs beside `from torch import Tensor, nn`."""
    role: ClassVar[str] = ""
    """Its key in a layout: conv, norm, act, ...; a role that no layout names is the module's name."""
    label: ClassVar[str] = ""
    """Its name in tables and messages."""
    attention_kind: ClassVar[str] = ""
    """The word by which a spec asks for the attention that it is or has; empty for what has none."""
    is_weighted: ClassVar[bool] = False
    """True if a network's depth counts it, as ResNet-50's 50 counts convolutions and linear layers."""
    is_norm: ClassVar[bool] = False
    """True if it is a normalization."""
    is_identity: ClassVar[bool] = False
    """True if it does nothing, and only keeps a place in a sequence."""
    is_preact: ClassVar[bool] = False
    """True if, at the start of a branch, a shortcut may read what leaves it, as what leaves a norm or an activation."""
    pools: ClassVar[bool] = False
    """True if it only pools or pads: each channel by itself, with nothing learned."""
    pads_same: ClassVar[bool] = False
    """True if its layer may have `padding: same`: a convolution or a pool."""
    is_activation: ClassVar[bool] = False
    """True if it is an elementwise activation."""
    is_global: ClassVar[bool] = False
    """True if each value that leaves it sees the whole map."""
    is_summarized: ClassVar[bool] = True
    """True if a table that has one row for many operators mentions it."""
    keeps_zero: ClassVar[bool] = False
    """True if it ends a branch and makes zeros of zeros: zero-init then looks past it, to the norm before it."""
    trains_by_buffers: ClassVar[bool] = False
    """True if what it computes in training mode depends on buffers that each use changes."""
    allocates: ClassVar[bool] = True
    """True if it writes a new tensor."""
    is_module: ClassVar[bool] = True
    """True if it is an attribute of the emitted module, and not a function in `forward`."""
    is_parameter: ClassVar[bool] = False
    """True if it is no module: its one tensor is a parameter of the module around it."""
    gives_new: ClassVar[bool] = True
    """True if the output may be overwritten: it is never the input itself, and the gradient does not need it."""
    refuses_pixels: ClassVar[bool] = False
    """True if `shape_error` or `min_batch` may limit maps that give it a valid output shape."""

    def starts_at_zero(self) -> bool:
        """Return True if its initial weights map every input to zero."""
        return False

    def construction(self) -> Construction | None:
        """Return the constructor call of the module, or None for a plain function."""
        raise NotImplementedError

    def as_module(self) -> Operator:
        """Return the operator for a torch.nn.Sequential, where it must be a module: itself, unless it is a function."""
        return self

    def application(self, module: str) -> tuple[str, tuple[str, ...]]:
        """Return the function that applies `module`, and its arguments after the input."""
        return module, ()

    def factor(self, attribute: str) -> str:
        """Return the expression that a parameter's input is multiplied by; empty for what is called."""
        return ""

    def as_parameter(self, rank: int) -> Operator | None:
        """Return the operator whose one tensor is a parameter of the module around it; None if there is none.

        `rank` is the number of axes of its map.
        """
        return None

    def imported(self) -> tuple[str, ...]:
        """Return the lines of `imports` that this operator needs."""
        return self.imports

    def template_values(self) -> dict[str, str]:
        """Return the variables of its template, beside those that depend only on the number of axes."""
        return {}

    def can_hold(self) -> bool:
        """Return True if its module can hold the modules that follow it: a class derived from torch's own."""
        return False

    def receptive_window(self) -> Window | None:
        """Return its window, or None where an output pixel sees one input pixel or the whole map."""
        return None

    def min_size(self, axis: int) -> int:
        """Return the minimum input size along an axis, apart from that of its window."""
        return 1

    def fixed_size(self, axis: int) -> int:
        """Return the only input size along an axis that it takes, 0 if it takes any."""
        return 0

    def receptive(self) -> Window | None:
        """Return the window for the receptive field; it differs from `window` where padding is one-sided."""
        return self.receptive_window()

    def output(self, shape: Shape) -> Shape:
        """Return the output shape, given an input shape that fits."""
        return shape

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        """Return the reason why it cannot take this shape, or None."""
        return None

    def min_batch(self, shape: Shape) -> int:
        """Return the fewest samples of an input shape that it takes, in training and in evaluation."""
        return 1

    def entries(self) -> tuple[TensorSpec, ...]:
        """Return its tensors in the order of the state dict."""
        return ()

    def unsaved(self) -> int:
        """Return the number of values in buffers that are not in the state dict."""
        return 0

    def macs(self, output: Shape) -> int:
        """Return the multiply-adds for one sample, of convolutions and linear layers: torch's FlopCounterMode / 2."""
        return 0

    def describe(self) -> str:
        """Return a few words for a table: `conv 3x3/2`."""
        return self.label

    def describe_layer(self, output: Shape) -> str:
        """Return a few words for a table of architectures, without the stride: `3x3, 64`, `max pool 3x3`.

        They are those of table 1 of arXiv:1512.03385: what has weights is told by its channels, a pool by its kernel.
        """
        if self.is_weighted:
            return f"{self.describe()}, {output[0]}"
        window = self.receptive_window()
        return self.describe() if window is None else f"{self.label} {by_axis(window.kernel)}"

    def form(self) -> tuple[object, ...]:
        """Return what is equal in operators that differ in their channels, groups, padding and rates alone."""
        window = self.receptive_window()
        return (type(self), None if window is None else (window.kernel, window.stride, window.dilation))

    def writes(self) -> bool:
        """Return True if the output is a new tensor, not the input changed in place."""
        return self.allocates

    def values(self, output: Shape) -> int:
        """Return the number of values that it writes for one sample, its output included."""
        return prod(output) if self.writes() else 0


@cache
def emitted_classes() -> frozenset[str]:
    """Return the names of all classes that operators may add to an emitted file."""
    found: set[str] = set()
    waiting: list[type[Operator]] = [Operator]
    while waiting:
        kind = waiting.pop()
        if kind.class_name and not kind.inline:
            found.add(kind.class_name)
            found.add(f"{kind.class_name}{kind.helper}")
        waiting += kind.__subclasses__()
    return frozenset(found)
