"""The builder of a stem, a branch or a head: the operators so far, and methods with which layers add more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec

from resnetgen.diagnostics.model import Fault, Indivisible, Part, Path, Place
from resnetgen.errors import ExpressionError, LoweringError, OperatorError
from resnetgen.ir.network import Node, inplace_safe
from resnetgen.layers.context import BlockContext, Position
from resnetgen.ops.activation import ActivationSlot
from resnetgen.ops.composite import Composite
from resnetgen.ops.global_pool import Flatten
from resnetgen.ops.identity import Identity
from resnetgen.ops.operator import Operator
from resnetgen.ops.registry import AntialiasKind, AttentionKind, NormKind
from resnetgen.ops.slot import HereSlot, chosen
from resnetgen.schema.fields import MOST_CHANNELS, Axes
from resnetgen.schema.record import Record
from resnetgen.schema.width_expression import Expression
from resnetgen.source.unambiguous import replacement

_P = ParamSpec("_P")

_WORDS = {"spatial": "kind of convolution"}
"""Words for keys that may say `here`, where the key's name is not one."""


def axis_count_message(key: str, given: int, rank: int) -> str:
    """Return the message for a list whose length is not the number of axes."""
    numbers = "one number" if given == 1 else f"{given} numbers"
    return f"`{key}` has {numbers}, but the input has {'one axis' if rank == 1 else f'{rank} axes'}"


@dataclass(slots=True, eq=False, repr=False)  # generated methods that nobody calls cost time at startup
class LayerBuilder:
    """A sequence of operators under construction, in the stem, a branch or the head.

    `channels` is the number of output channels so far; `flat` is true if they are those of a vector. `layer` is the
    index of the current layer; `unit` numbers the layers from 1, and may start higher. `strided` is true after the
    layer with the block's stride. `taken` holds the names in use.
    """

    context: BlockContext
    channels: int
    unit: int = 0
    layer: int = 0
    strided: bool = False
    flat: bool = False
    nodes: list[Node] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

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
        at = (*at, option) if option else at
        user = self.path if context.position is None else context.at
        used = () if at[: len(user)] == user else ((Place(user, Part.KEY), "used here"),)
        related = (*self._width_origins(channels), *used)
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

    def width(self, written: Expression, key: str, *, here: bool = False) -> int:
        """Return the value of a width, a positive integer.

        Raises:
            LoweringError: it is no such number.
        """
        try:
            return written.width(self.context.widths, MOST_CHANNELS)
        except ExpressionError as error:
            message = f"the width `{key}: {written.text}` {error}"
            instead = error.instead(written.text)
            raise self.fault("RG208", message, key, here=here, help=error.help, instead=instead) from None

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

    def stride(self, value: Axes | str, key: str = "stride") -> tuple[int, ...]:
        """Return a layer's stride, for `here` that of the block."""
        if not isinstance(value, str):
            return self.axes(value, key)
        return self._position(key).stride

    def dilation(self, value: Axes | str, key: str = "dilation") -> tuple[int, ...]:
        """Return a layer's dilation, for `here` that of the block."""
        if not isinstance(value, str):
            return self.axes(value, key)
        position = self._position(key)
        return position.dilation if self.strided else position.first_dilation

    def groups(self, value: Expression | str) -> int:
        """Return a layer's number of groups, for `here` that of the block."""
        if not isinstance(value, str):
            return self.width(value, "groups")
        groups: Expression | None = self.of_block("groups")
        return 1 if groups is None else self.width(groups, "groups", here=True)

    def dropout(self, value: float | str) -> float:
        """Return a layer's dropout rate, for `here` that of the block."""
        return value if not isinstance(value, str) else self.of_block("dropout") or 0.0

    def slot(self, key: str, slot: Any) -> Any:
        """Return a layer's slot, for `here` that of the block; None if the slot is empty."""
        return self.of_block(key) if isinstance(slot, HereSlot) else chosen(slot)

    def of_block(self, key: str) -> Any:
        """Return a setting of the block, None if it has none."""
        self._position(key)
        return chosen(self.context.settings.get(key))

    def _position(self, key: str) -> Position:
        if self.context.position is None:
            what = _WORDS.get(key, key.replace("_", " "))
            message = f"`{key}: here` means the block's own {what}, but this layer is in no block"
            raise self.fault("RG209", message, key)
        return self.context.position

    def is_full(self) -> bool:
        """Return True if submodules cannot be attributes of the block: there is no block, or it has such already."""
        return self.context.position is None or "" in self.taken

    def place(self, key: str, slot: Any) -> None:
        """Add the operator of a layer's slot, for `here` that of the block, if there is one."""
        found = self.slot(key, slot)
        if found is not None:
            self.add(found.operator(self.channels, self.context.rank))

    def shrink(self, slot: AntialiasKind | None, stride: tuple[int, ...], *, here: bool) -> None:
        """Add the anti-aliasing operator; for None an identity, since other blocks have one there."""
        at = self._written("antialias", here)
        if slot is None:
            self.add(Identity(), "antialias", at=at, injected=True)
            return
        operator = self.make_operator("antialias", slot, here, slot.operator, self.channels, stride)
        self.add(operator, "antialias", at=at, injected=self.context.position is not None)

    def _written(self, key: str, here: bool) -> Path:
        """Return the path of the setting that asks for an operator, empty if the layer itself does."""
        return (self.context.written_at(key) or ()) if here else ()

    def normalize(self, slot: NormKind, *, here: bool, active: bool = False) -> None:
        """Add a norm.

        Args:
            slot: The kind of norm.
            here: True if the layer inherits it.
            active: True to include the activation that some norms have.
        """
        unused = [] if here or active else [option for option in slot.of_activation if option in slot.model_fields_set]
        if unused:
            message = f"`{unused[0]}` has no effect: without its activation, {slot.type} is only a weight and a bias"
            raise self.fault("RG209", message, "norm", option=unused[0], help="remove it")
        if self.flat:
            self.add(self.make_operator("norm", slot, here, slot.of_vector, self.channels))
            return
        make = slot.activated if active else slot.operator
        self.add(self.make_operator("norm", slot, here, make, self.channels, self.context.rank))

    def make_operator(
        self,
        key: str,
        slot: Record,
        here: bool,
        make: Callable[_P, Operator | None],
        *args: _P.args,
        **named: _P.kwargs,
    ) -> Operator | None:
        """Call `make` to get a slot's operator.

        Raises:
            LoweringError: there is none; the fault is at the layer's key, or where the inherited slot was written.
        """
        try:
            return make(*args, **named)
        except OperatorError as error:
            option = error.option if error.option in slot.model_fields_set else ""
            raise self.fault(
                error.code,
                error.message,
                key,
                help=error.help,
                here=here,
                channels=self.channels,
                option=option,
                indivisible=error.indivisible,
            ) from None

    def activate(self, slot: ActivationSlot, role: str = "", *, sum: bool = False) -> None:
        """Add an activation, in place if its input may be overwritten; the input of a `sum` always may.

        It is not at the start of a sequence, where the input is somebody else's; and not after another activation,
        whose output PyTorch's autograd may need.
        """
        self.add(slot.operator(sum or inplace_safe(self.nodes)), role)

    def flatten(self, fixed: tuple[int, ...] = ()) -> None:
        """Make a vector of the map, if it is none yet.

        Args:
            fixed: the only size of the map, in pixels, that the weights after it take; empty for any.
        """
        if not self.flat:
            self.add(Flatten(fixed))
            self.flat = True

    def need_map(self, key: str) -> None:
        """Check that there is a map for a layer with this key.

        Raises:
            LoweringError: it is a vector by now.
        """
        if self.flat:
            help = "put it before the layer or the pool that makes a vector, or use `linear`"
            raise self.fault("RG204", f"`{key}` needs a map, but what comes here is a vector", key, help=help)

    def attend(self, slot: AttentionKind, *, here: bool) -> None:
        """Add an attention module."""
        operator = self.make_operator("attention", slot, here, slot.operator, self.channels, self.context.rank)
        self.add(operator, at=self._written("attention", here))

    def add(self, operator: Operator | None, role: str = "", *, at: Path = (), injected: bool = False) -> None:
        """Add an operator, if not None, under the layout's name for its role.

        `at` is the path of what asked for it, where that is not the layer.
        """
        if operator is None:
            return
        role = role or operator.role
        naming, position = self.context.naming, len(self.nodes)
        # An operator without a name stands in the block itself, under the names of what is inside it.
        nameless = operator.inline and position >= len(naming.listed)
        name = "" if nameless else naming.name(role, self.unit, position, self.taken)
        if operator.is_module:
            self.taken.add(name)
        if nameless and isinstance(operator, Composite):
            self.taken.update(operator.inline_names())
        place = at or (() if self.context.layers_at is None else self.path)
        self.nodes.append(Node(name, operator, place, injected))
