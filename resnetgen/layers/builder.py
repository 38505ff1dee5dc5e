"""The builder of a stem, a branch or a head: the operators so far, and methods with which layers add more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ParamSpec

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.errors import LoweringError, OperatorError
from resnetgen.ir.network import Node, inplace_safe
from resnetgen.layers.layer_values import LayerValues
from resnetgen.ops.activation import ActivationSlot
from resnetgen.ops.composite import Composite
from resnetgen.ops.global_pool import Flatten
from resnetgen.ops.identity import Identity
from resnetgen.ops.norms import NormKind
from resnetgen.ops.operator import Operator
from resnetgen.ops.registry import AntialiasKind, AttentionKind
from resnetgen.schema.record import Record

if TYPE_CHECKING:
    from resnetgen.layers import Layer, PooledLayer

_P = ParamSpec("_P")


@dataclass(slots=True, eq=False, repr=False)  # generated methods that nobody calls cost time at startup
class LayerBuilder(LayerValues):
    """A sequence of operators under construction, in the stem, a branch, a shortcut or the head.

    `flat` is true if what comes is a vector. `taken` holds the names in use. `named` is the current layer's own name,
    if it has one. `skipped` counts the operators of a shortcut whose place nothing holds. `first_named` is the path of
    the first layer with a name.
    """

    flat: bool = False
    nodes: list[Node] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    named: str = ""
    skipped: int = 0
    first_named: Path = ()

    @property
    def label(self) -> int | str:
        """The text for a `*` in the names of the layout: the layer's name or number.

        On a shortcut, and before the blocks of a stage, it is the operator's number.
        """
        if self.context.naming.by_operator:
            return len(self.nodes)
        by_operator = self.context.on_shortcut or self.context.opens_stage
        return self.named or (len(self.nodes) + self.skipped if by_operator else self.unit)

    def lay(self, index: int, layer: Layer | PooledLayer) -> None:
        """Lower a layer of a list.

        Raises:
            LoweringError: the layer is impossible here, or none of its modules is called by its name.
        """
        self.layer, before = index, len(self.nodes)
        self.named = getattr(layer, "name", None) or ""
        try:
            layer.lower(self)
            if self.named and not self.context.network.is_draft:
                self._require_named(before)
                self.first_named = self.first_named or self.path
        finally:
            self.named = ""

    def _require_named(self, before: int) -> None:
        """Raise an error for a layer's name that is in no name of its modules, those from the index `before` on.

        A base may be for several layouts, so its names may be without effect.
        """
        naming = self.context.naming
        placed = [(index, node.role or node.operator.role) for index, node in enumerate(self.nodes) if index >= before]
        named = (
            index >= len(naming.listed) and naming.labels(role, self._count(role, index)) for index, role in placed
        )
        if placed and not any(named) and not self.context.network.is_inherited((*self.path, "name")):
            message = f"`name: {self.named}` has no effect: the layout's names for this layer have no `*`"
            raise self.fault("RG209", message, "name", help="remove it, or write a layout with a `*` in these names")
        names = [naming.pattern(role, self._count(role, index)) for index, role in placed]
        twice = next((index for index, name in enumerate(names) if name in names[:index] and "*" in name), None)
        if twice is not None:
            both = (self.nodes[placed[index][0]].operator.label for index in (names.index(names[twice]), twice))
            message = f"`name: {self.named}` would name two modules of this layer: {' and '.join(both)}"
            help = "write each as a layer of its own: this one with `norm: none`, and `{norm: here}` behind it"
            raise self.fault("RG205", message, "name", help=help)

    def reject_names_beside_numbers(self) -> None:
        """Raise an error for a layer with a name beside numbered ones: a Sequential numbers all of its modules."""
        numbered = next((node.name for node in self.nodes if node.name.partition(".")[0].isdigit()), "")
        if self.first_named and numbered:
            message = f"a layer with a `name` is beside the layer `{numbered}`, which has a number"
            help = "give every layer of this list a `name`, or none"
            at = Place((*self.first_named, "name"), Part.KEY)
            raise LoweringError(Fault("RG205", message, at, help=help))

    def _count(self, role: str, end: int | None = None) -> int:
        """Return the number of operators with this role up to an index, 0 if the layout has one name for all."""
        if role not in self.context.naming.ordered:
            return 0
        return sum((node.role or node.operator.role) == role for node in self.nodes[:end])

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
            option = _written(slot, error.option)
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
        self.add(slot.operator(self.channels, free=sum or inplace_safe(self.nodes)), role)

    def flatten(self, fixed: tuple[int, ...] = (), *, at: Path = ()) -> None:
        """Make a vector of the map, if it is none yet.

        Args:
            fixed: the only size of the map, in pixels, that the weights after it take; empty for any.
            at: the path of what asked for it, where that is not the layer.
        """
        if not self.flat:
            self.add(Flatten(fixed), at=at)
            self.flat = True

    def need_map(self, key: str) -> None:
        """Check that there is a map for a layer with this key.

        Raises:
            LoweringError: it is a vector by now.
        """
        if self.flat:
            help = "put it before the layer or the pool that makes a vector, or use `linear`"
            raise self.fault("RG204", f"`{key}` needs a map, but what comes here is a vector", key, help=help)

    def sized_attention(self, slot: AttentionKind, *, here: bool) -> AttentionKind:
        """Return an attention slot with the values of the widths that it names."""
        written = slot.expressions()
        numbers = {
            option: self.width(width, "attention", here=here, option=option) for option, width in written.items()
        }
        return slot.with_numbers(numbers)

    def attend(self, slot: AttentionKind, *, here: bool) -> None:
        """Add an attention module."""
        slot = self.sized_attention(slot, here=here)
        operator = self.make_operator("attention", slot, here, slot.operator, self.channels, self.context.rank)
        self.add(self.renamed(operator), at=self._written("attention", here))

    def renamed(self, operator: Operator | None) -> Operator | None:
        """Return an attention module or pool with the names of the layout for its submodules."""
        names = self.context.network.layout.attention
        if names and isinstance(operator, Composite) and operator.is_renamable:
            return operator.renamed(names)
        return operator

    def hold(self, role: str) -> None:
        """Hold the place of an operator that only other blocks have, by an identity.

        On a shortcut whose operators have names and no numbers, the place needs nothing to hold it.
        """
        if not self.context.on_shortcut:
            self.add(Identity(), role, injected=True)
        elif "*" in self.context.naming.patterns[role]:
            self.add(Identity(), role)
        else:
            self.skipped += 1

    def add(self, operator: Operator | None, role: str = "", *, at: Path = (), injected: bool = False) -> None:
        """Add an operator, if not None, under the layout's name for its role.

        `at` is the path of what asked for it, where that is not the layer.
        """
        if operator is None:
            return
        # What only holds a place is the same whatever it stands for.
        own = "" if isinstance(operator, Identity) and not injected else role
        role = role or operator.role
        naming, position = self.context.naming, len(self.nodes)
        # An operator without a name stands in the block itself, under the names of what is inside it.
        nameless = operator.inline and position >= len(naming.listed)
        name = "" if nameless else naming.name(role, self.label, position, self.taken, self._count(role))
        if not (name or nameless or self.context.on_shortcut):
            operator = operator.as_parameter(self.context.rank) or operator
        if operator.is_module or name[-1:].isdigit():  # a function has its place among numbers
            self.taken.add(name)
        if nameless and isinstance(operator, Composite):
            self.taken.update(operator.inline_names())
        place = at or (() if self.context.layers_at is None else self.path)
        self.nodes.append(Node(name, operator, place, injected, own))


def _written(slot: Record, option: str) -> str:
    """Return the part of an option's path that a spec has: `norm` of `norm.groups` if the word alone stands there."""
    found: list[str] = []
    value: Any = slot
    for key in option.split("."):
        if not (isinstance(value, Record) and key in value.model_fields_set):
            break
        found.append(key)
        value = getattr(value, key)
    return ".".join(found)
