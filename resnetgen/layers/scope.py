"""The place in which layers are laid out: what is known there, and the operators placed so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.expression import Expression, ExpressionError
from resnetgen.fields import MOST_CHANNELS, Axes
from resnetgen.ir import Node
from resnetgen.layouts import Layout
from resnetgen.ops.activation import ActivationSlot
from resnetgen.ops.group_norm import GroupNorm
from resnetgen.ops.operator import Operator
from resnetgen.ops.slots import NormKind


class Stop(Exception):  # not an error of the program: it carries a fault of the spec out of the lowering
    """Lowering cannot go on here; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.message)


class Here(NamedTuple):
    """What `here` stands for in a block type: the values of the block in use.

    `first_dilation` is that of the map that comes in: the layers up to the strided one work on its grid, those after it
    on the grid that the stride, or the dilation in its stead, leaves.
    """

    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    first_dilation: tuple[int, ...]
    groups: Expression | None = None
    dropout: float = 0.0


def other_axes(key: str, given: int, rank: int) -> str:
    """The message for a list that is not as long as the input has axes."""
    numbers = "one number" if given == 1 else f"{given} numbers"
    return f"`{key}` has {numbers}, and the input has {'one axis' if rank == 1 else f'{rank} axes'}"


@dataclass(slots=True)
class Scope:
    """A sequence of layers under construction, in the stem, a branch or the head.

    `at` is the path of the thing being laid out, for faults; `layers_at` the path of its list of layers in the spec, or
    None where a built-in block type wrote it; `origins` the path of each value that `here` may stand for. `unit`
    numbers the layers from 1, and may start higher; `taken` holds the names in use beside these.
    """

    rank: int
    channels: int
    widths: Mapping[str, int]
    norm: NormKind
    act: ActivationSlot
    order: tuple[str, ...]
    layout: Layout
    at: Path
    layers_at: Path | None
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

    def fault(self, code: str, message: str, key: str, *, help: str = "", here: bool = False) -> Stop:
        """A fault at a key of the layer, or where the value that holds there was written if the layer says `here`."""
        written = here or self.layers_at is None
        at = self.origins.get(key, self.at) if written else (*self.path, key)
        user = self.at if self.here is not None else self.path
        used = () if at[: len(user)] == user else ((Place(user, Part.KEY), "used here"),)
        return Stop(Fault(code, message, Place(at), related=used, help=help))

    def width(self, written: Expression, key: str, *, here: bool = False) -> int:
        """A width's value: whole and positive, or a fault."""
        try:
            return written.width(self.widths, MOST_CHANNELS)
        except ExpressionError as error:
            message = f"the width `{key}: {written.text}` {error}"
            raise self.fault("RG208", message, key, here=here, help=error.help) from None

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

    def _block(self, key: str) -> Here:
        if self.here is None:
            raise self.fault("RG209", f"`{key}: here` means the block's own {key}, and this layer is in no block", key)
        return self.here

    def normalize(self, slot: NormKind, *, here: bool) -> None:
        """Place a normalization of what there is so far; `here` says that the layer did not write it itself."""
        operator = slot.operator(self.channels, self.rank)
        if isinstance(operator, GroupNorm) and self.channels % operator.groups:
            message = f"a group norm of {operator.groups} groups does not divide {self.channels} channels"
            raise self.fault("RG303", message, "norm", here=here, help=f"use a divisor of {self.channels}")
        self.add(operator)

    def activate(self, slot: ActivationSlot) -> None:
        """Place an activation, in place where its input is free to be written over.

        It is not at the start of a sequence, where the input is somebody else's; not after another activation, whose
        output PyTorch's autograd may need; and not after dropout, which hands on its very input outside of training.
        """
        free = bool(self.nodes) and self.nodes[-1].operator.role not in ("act", "dropout")
        self.add(slot.operator(free))

    def add(self, operator: Operator | None, role: str = "") -> None:
        """Place an operator, if there is one, under the name that the layout gives its role."""
        if operator is None:
            return
        name = self.layout.name(role or operator.role, self.unit, self.taken)
        self.taken.add(name)
        self.nodes.append(Node(name, operator, self.unit, () if self.layers_at is None else self.path))
