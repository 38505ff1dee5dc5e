"""The place in which layers are laid out: what is known there, and the operators placed so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ParamSpec

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.ir.network import Node, inplace_safe
from resnetgen.layers.block_params import WORDS, Here
from resnetgen.ops.activation import ActivationSlot
from resnetgen.ops.composite import Composite
from resnetgen.ops.drop_block import DropBlockSlot
from resnetgen.ops.identity import Identity
from resnetgen.ops.operator import Operator, OperatorError
from resnetgen.ops.registry import AntialiasKind, AttentionKind, ConvolutionKind, HereSlot, NormKind, SpatialKind
from resnetgen.schema.fields import MOST_CHANNELS, Axes
from resnetgen.schema.layouts import Naming
from resnetgen.schema.record import Record
from resnetgen.schema.width_expression import Expression, ExpressionError
from resnetgen.source.unambiguous import replacement

_P = ParamSpec("_P")


class LoweringError(Exception):  # not an error of the program: it carries a fault of the spec out of the lowering
    """Lowering cannot go on here; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.message)


def other_axes(key: str, given: int, rank: int) -> str:
    """The message for a list that is not as long as the input has axes."""
    numbers = "one number" if given == 1 else f"{given} numbers"
    return f"`{key}` has {numbers}, and the input has {'one axis' if rank == 1 else f'{rank} axes'}"


@dataclass(slots=True, eq=False, repr=False)  # the methods that nobody calls take time at every start
class Scope:
    """A sequence of layers under construction, in the stem, a branch or the head.

    `at` is the path of the thing being laid out, for faults; `layers_at` the path of its list of layers in the spec, or
    None where a built-in block type wrote it; `origins` the path of each value that `here` may stand for. `unit`
    numbers the layers from 1, and may start higher; `taken` holds the names in use beside these.
    """

    rank: int
    channels: int
    widths: Mapping[str, int]
    convolution: ConvolutionKind
    norm: NormKind
    act: ActivationSlot
    order: tuple[str, ...]
    naming: Naming
    at: Path
    layers_at: Path | None
    antialias: AntialiasKind | None = None
    here: Here | None = None
    origins: Mapping[str, Path] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    unit: int = 0
    layer: int = 0
    nodes: list[Node] = field(default_factory=list)
    strided: bool = False

    @property
    def path(self) -> Path:
        """The path of the layer that is being laid out, or of what uses it where a built-in block type wrote it."""
        return self.at if self.layers_at is None else (*self.layers_at, self.layer)

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
    ) -> LoweringError:
        """A fault at a key of the layer, or where the value that holds there was written if the layer says `here`.

        Where it is about a number of channels, the widths of that number are shown; where it is about one of the key's
        options, it is at that. `instead` is what should certainly stand there.
        """
        written = here or self.layers_at is None
        at = self.origins.get(key, self.at) if written else (*self.path, key)
        at = (*at, option) if option else at
        user = self.at if self.here is not None else self.path
        used = () if at[: len(user)] == user else ((Place(user, Part.KEY), "used here"),)
        mend = replacement(Place(at), instead)
        return LoweringError(
            Fault(code, message, Place(at), related=(*self._of(channels), *used), help=help, mend=mend)
        )

    def _of(self, channels: int) -> tuple[tuple[Place, str], ...]:
        """Where the block's widths of this number were written."""
        named = [name for name, width in self.widths.items() if width == channels and name in self.origins]
        inner = [name for name in named if name not in ("in", "out")]
        told = inner or named[-1:]  # `out` comes after `in`, and is nearer to the block
        return tuple((Place(self.origins[name]), f"`{name}` is {channels}") for name in told)

    def width(self, written: Expression, key: str, *, here: bool = False) -> int:
        """A width's value: whole and positive, or a fault."""
        try:
            return written.width(self.widths, MOST_CHANNELS)
        except ExpressionError as error:
            message = f"the width `{key}: {written.text}` {error}"
            instead = error.instead(written.text)
            raise self.fault("RG208", message, key, here=here, help=error.help, instead=instead) from None

    def axes(self, value: Axes, key: str) -> tuple[int, ...]:
        """One number for each axis."""
        if isinstance(value, int):
            return (value,) * self.rank
        if len(value) != self.rank:
            raise self.fault("RG204", other_axes(key, len(value), self.rank), key)
        return value

    def stride(self, value: Axes | str, key: str = "stride") -> tuple[int, ...]:
        """A layer's stride, that of the block where it says `here`."""
        if not isinstance(value, str):
            return self.axes(value, key)
        return self._block(key).stride

    def dilation(self, value: Axes | str, key: str = "dilation") -> tuple[int, ...]:
        """A layer's dilation, that of the block where it says `here`."""
        if not isinstance(value, str):
            return self.axes(value, key)
        here = self._block(key)
        return here.dilation if self.strided else here.first_dilation

    def groups(self, value: Expression | str) -> int:
        """A layer's number of groups, that of the block where it says `here`."""
        if not isinstance(value, str):
            return self.width(value, "groups")
        groups = self._block("groups").groups
        return 1 if groups is None else self.width(groups, "groups", here=True)

    def dropout(self, value: float | str) -> float:
        """A layer's rate of dropout, that of the block where it says `here`."""
        return value if not isinstance(value, str) else self._block("dropout").dropout

    def spatial(self) -> SpatialKind | None:
        """What the block in use has for its spatial convolution, None for a plain one."""
        return self._block("spatial").spatial

    def attention(self) -> AttentionKind | None:
        """The attention of the block in use."""
        return self._block("attention").attention

    def begins(self) -> bool:
        """Whether the block in use gives another shape than it gets; where there is none, nothing came before."""
        return self.here is None or self.here.begins

    def is_full(self) -> bool:
        """Whether there is no block whose own modules an operator's parts could be, or they are another's."""
        return self.here is None or "" in self.taken

    def replaces(self) -> bool:
        """Whether a dilation stands in for the stride of the block in use."""
        return self.here is not None and set(self.here.replaced) != {1}

    def keeps(self, slot: DropBlockSlot | HereSlot) -> bool:
        """Whether a layer says `here`, and the block in use drops nothing."""
        return isinstance(slot, HereSlot) and self.here is not None and self.here.drop_block is None

    def drop(self, slot: DropBlockSlot | HereSlot) -> None:
        """Place a drop block, that of the block in use where the layer says `here`."""
        found = self._block("drop_block").drop_block if isinstance(slot, HereSlot) else slot
        if found is not None:
            self.add(found.operator(self.rank))

    def shrink(self, slot: AntialiasKind | None, stride: tuple[int, ...], *, here: bool) -> None:
        """Place what strides instead of a layer; None where nothing does in this block, but does in others."""
        at = self.origins.get("antialias", ()) if here else ()
        if slot is None:
            self.add(Identity(), "antialias", at=at, injected=True)
            return
        operator = self.made("antialias", slot, here, slot.operator, self.channels, stride)
        self.add(operator, "antialias", at=at, injected=self.here is not None)

    def _block(self, key: str) -> Here:
        if self.here is None:
            message = f"`{key}: here` means the block's own {WORDS.get(key, key)}, and this layer is in no block"
            raise self.fault("RG209", message, key)
        return self.here

    def normalize(self, slot: NormKind, *, here: bool, active: bool = False) -> None:
        """Place a normalization of what there is so far; `here` says that the layer did not write it itself.

        `active` wants the activation that some norms bring with them.
        """
        idle = [] if here or active else [option for option in slot.of_activation if option in slot.model_fields_set]
        if idle:
            message = f"`{idle[0]}` has no effect: without its activation, {slot.type} is a weight and a bias"
            raise self.fault("RG209", message, "norm", option=idle[0], help="take it out")
        make = slot.activated if active else slot.operator
        self.add(self.made("norm", slot, here, make, self.channels, self.rank))

    def made(
        self,
        key: str,
        slot: Record,
        here: bool,
        make: Callable[_P, Operator | None],
        *args: _P.args,
        **named: _P.kwargs,
    ) -> Operator | None:
        """A slot's operator; one that there cannot be is a fault at a key of the layer, or where it was written."""
        try:
            return make(*args, **named)
        except OperatorError as impossible:
            code, message, help = impossible.code, impossible.message, impossible.help
            option = impossible.option if impossible.option in slot.model_fields_set else ""
            raise self.fault(code, message, key, here=here, help=help, channels=self.channels, option=option) from None

    def activate(self, slot: ActivationSlot, role: str = "", *, sum: bool = False) -> None:
        """Place an activation, in place where its input is free to be written over, as a `sum` is.

        It is not at the start of a sequence, where the input is somebody else's; and not after another activation,
        whose output PyTorch's autograd may need.
        """
        self.add(slot.operator(sum or inplace_safe(self.nodes)), role)

    def attend(self, slot: AttentionKind, *, here: bool) -> None:
        """Place an attention module over what there is so far."""
        at = self.origins.get("attention", ()) if here else ()
        self.add(self.made("attention", slot, here, slot.operator, self.channels, self.rank), at=at)

    def add(self, operator: Operator | None, role: str = "", *, at: Path = (), injected: bool = False) -> None:
        """Place an operator, if there is one, under the name that the layout gives its role.

        `at` is the path of what asked for it, where that is not the layer.
        """
        if operator is None:
            return
        role = role or operator.role
        naming, position = self.naming, len(self.nodes)
        # What a layout has no name for stands in the block itself, under the names of what is inside it.
        known = role in naming.patterns or position < len(naming.listed)
        name = naming.name(role, self.unit, position, self.taken) if known else ""
        if operator.is_module:
            self.taken.add(name)
        if not name and isinstance(operator, Composite):
            self.taken.update(operator.inline_names())
        place = at or (() if self.layers_at is None else self.path)
        self.nodes.append(Node(name, operator, place, injected))
