"""The values of a layer's keys, those that say `here` among them, and the faults of these keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

from resnetgen.diagnostics.model import Fault, Indivisible, Part, Path, Place
from resnetgen.errors import ExpressionError, LoweringError
from resnetgen.layers.context import BlockContext, Position
from resnetgen.ops.slot import HereSlot, chosen
from resnetgen.schema.fields import HERE, MOST_CHANNELS, STRIDE, Axes, AxesOrHere
from resnetgen.schema.width_expression import Expression
from resnetgen.source.unambiguous import replacement

_WORDS = {"spatial": "kind of convolution", "conv": "kernel size"}
"""Words for keys that may say `here`, where the key's name is not one."""


def axis_count_message(key: str, given: int, rank: int) -> str:
    """Return the message for a list whose length is not the number of axes."""
    numbers = "one number" if given == 1 else f"{given} numbers"
    return f"`{key}` has {numbers}, but the input has {'one axis' if rank == 1 else f'{rank} axes'}"


@dataclass(slots=True, eq=False, repr=False)  # generated methods that nobody calls cost time at startup
class LayerValues:
    """Resolves what layers write, in the stem, a branch or the head.

    `channels` is the number of output channels so far. `layer` is the index of the current layer; `unit` numbers the
    layers from 1, and may start higher. `strided` is true after the layer with the block's stride.
    """

    context: BlockContext
    channels: int
    unit: int = 0
    layer: int = 0
    strided: bool = False

    @property
    def path(self) -> Path:
        """The path of the current layer, or of the block where a built-in block type wrote the layer."""
        context = self.context
        return context.at if context.layers_at is None else (*context.layers_at, self.layer)

    def fault(
        self,
        code: str,
        message: str,
        key: str,
        *,
        help: str = "",
        here: bool = False,
        channels: int = 0,
        option: str = "",
        instead: str = "",
        indivisible: Indivisible | None = None,
    ) -> LoweringError:
        """Return an error at a key of the layer, or at the inherited value if the layer says `here`.

        With `channels`, it also shows the widths of that value. With `option`, it is at that option of the key.
        `instead` is the right value, if it is certain.
        """
        context = self.context
        at = context.origin(key) if here or context.layers_at is None else (*self.path, key)
        at = (*at, *option.split(".")) if option else at
        user = self.path if context.position is None else context.at
        used = () if at[: len(user)] == user else ((Place(user, Part.KEY), "used here"),)
        related = (*self._width_origins(channels), *used)
        message = f"on the shortcut, {message}" if context.on_shortcut else message
        fault = Fault(code, message, Place(at), "", related, help, fix=replacement(Place(at), instead))
        return LoweringError(fault if indivisible is None else fault.of_divisor(indivisible))

    def _width_origins(self, channels: int) -> tuple[tuple[Place, str], ...]:
        """Return the places where the block's widths of this value were written."""
        named = [
            (name, self.context.width_written_at(name))
            for name, width in self.context.widths.items()
            if width == channels
        ]
        found = [(name, at) for name, at in named if at is not None]
        inner = [(name, at) for name, at in found if name not in ("in", "out")]
        nearest = inner or found[-1:]  # `out` comes after `in`, and is nearer to the block
        return tuple((Place(at), f"`{name}` is {channels}") for name, at in nearest)

    def width(self, written: Expression, key: str, *, here: bool = False, option: str = "") -> int:
        """Return the value of a width, a positive integer; it is the value of a key, or of that option of the key.

        Raises:
            LoweringError: it is no such number.
        """
        try:
            return written.width(self.context.widths, MOST_CHANNELS)
        except ExpressionError as error:
            message = f"the width `{option or key}: {written.text}` {error}"
            instead = error.instead(written.text)
            raise self.fault(
                "RG208", message, key, here=here, help=error.help, option=option, instead=instead
            ) from None

    def axes(self, value: Axes, key: str) -> tuple[int, ...]:
        """Return one number for each axis.

        Raises:
            LoweringError: the list has another length than the input has axes.
        """
        if isinstance(value, int):
            return (value,) * self.context.rank
        if len(value) != self.context.rank:
            raise self.fault("RG204", axis_count_message(key, len(value), self.context.rank), key)
        return value

    def kernel(self, value: AxesOrHere, key: str) -> tuple[int, ...]:
        """Return a layer's kernel size, for `here` that of the block."""
        return self._with_here(value, key, self._kernel_of_block)

    def window(self, value: Axes | Literal["stride"], key: str) -> tuple[int, ...]:
        """Return a pool's window, for `stride` one as large as the stride of the block.

        Raises:
            LoweringError: a list has another length than the input has axes, or there is no block.
        """
        if value != STRIDE:
            return self.axes(value, key)
        if self.context.position is None:
            message = f"`{key}: {STRIDE}` means the stride of the block, but this layer is in no block"
            raise self.fault("RG209", message, key)
        return self.context.position.stride

    def _kernel_of_block(self, key: str) -> tuple[int, ...]:
        self._check_in_block(key)
        kernel: Axes | None = self.of_block("kernel")
        if kernel is None:
            help = "write `kernel: 3` in the block type, in `block` or in the stage"
            raise self.fault("RG202", f"`{key}: here` needs the block's `kernel`, which is missing", key, help=help)
        if isinstance(kernel, int):
            return (kernel,) * self.context.rank
        if len(kernel) != self.context.rank:
            message = axis_count_message("kernel", len(kernel), self.context.rank)
            raise self.fault("RG204", message, "kernel", here=True)
        return kernel

    def stride(self, value: AxesOrHere, key: str = "stride") -> tuple[int, ...]:
        """Return a layer's stride, for `here` that of the block."""
        return self._with_here(value, key, lambda key: self._position(key).stride)

    def dilation(self, value: AxesOrHere, key: str = "dilation") -> tuple[int, ...]:
        """Return a layer's dilation, for `here` that of the block."""
        return self._with_here(value, key, self._dilation_of_block)

    def _dilation_of_block(self, key: str) -> tuple[int, ...]:
        position = self._position(key)
        return position.dilation if self.strided else position.first_dilation

    def _with_here(self, value: AxesOrHere, key: str, of_block: Callable[[str], tuple[int, ...]]) -> tuple[int, ...]:
        """Return one number for each axis: where the value says `here`, the block's."""
        if isinstance(value, int):
            return (value,) * self.context.rank
        if isinstance(value, str):
            return of_block(key)
        if HERE in value:
            if len(value) != self.context.rank:
                raise self.fault("RG204", axis_count_message(key, len(value), self.context.rank), key)
            own = of_block(key)
            return tuple(own[axis] if isinstance(number, str) else number for axis, number in enumerate(value))
        return self.axes(cast(Axes, value), key)

    def unit_variance(self) -> float:
        """Return the factor that gives the map that enters the block a variance of one."""
        if self.context.position is None or self.context.opens_stage:
            message = "`multiply: unit_variance` counts the blocks before its own, but this layer is in no block"
            raise self.fault("RG209", message, "multiply", help="write a number")
        return float(self.context.position.variance**-0.5)

    def groups(self, value: Expression | str) -> int:
        """Return a layer's number of groups, for `here` that of the block, which may give the width of a group."""
        if not isinstance(value, str):
            return self.width(value, "groups")
        groups: Expression | None = self.of_block("groups")
        if groups is not None:
            return self.width(groups, "groups", here=True)
        size: Expression | None = self.of_block("group_width")
        return 1 if size is None else self.groups_of_width(size, here=True)

    def groups_of_width(self, written: Expression, *, here: bool = False) -> int:
        """Return the number of groups of so many channels each.

        Raises:
            LoweringError: they do not make up the input channels.
        """
        size = self.width(written, "group_width", here=here)
        if self.channels % size:
            message = f"groups of {size} channels do not divide the {self.channels} input channels"
            indivisible = Indivisible("group_width", size, (self.channels,))
            raise self.fault(
                "RG303", message, "group_width", here=here, channels=self.channels, indivisible=indivisible
            )
        return self.channels // size

    def dropout(self, value: float | str) -> float:
        """Return a layer's dropout rate, for `here` that of the block."""
        return value if not isinstance(value, str) else self.of_block("dropout") or 0.0

    def slot(self, key: str, slot: Any) -> Any:
        """Return a layer's slot, for `here` that of the block; None if the slot is empty."""
        return self.of_block(key) if isinstance(slot, HereSlot) else chosen(slot)

    def of_block(self, key: str) -> Any:
        """Return a setting of the block, None if it has none."""
        self._check_in_block(key)
        return chosen(self.context.settings.get(key))

    def _position(self, key: str) -> Position:
        if self.context.position is None:
            raise self._in_no_block(key)
        return self.context.position

    def _check_in_block(self, key: str) -> None:
        """Raise an error outside of blocks: the layers before those of a stage have a position, and no settings."""
        if self.context.position is None or self.context.opens_stage:
            raise self._in_no_block(key)

    def _in_no_block(self, key: str) -> LoweringError:
        """Return the error of a value that only a block has."""
        what = _WORDS.get(key, key.replace("_", " "))
        message = f"`{key}: here` means the block's own {what}, but this layer is in no block"
        return self.fault("RG209", message, key, help="write the value itself")
