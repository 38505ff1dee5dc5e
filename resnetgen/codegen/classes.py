"""Class definitions: one for each block type and form in use, for all its widths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from resnetgen.codegen.containers import origin
from resnetgen.codegen.parameters import Parameter, Parameters, Vector
from resnetgen.codegen.python import literal
from resnetgen.codegen.tree import (
    Assign,
    Bracket,
    Class,
    Conditional,
    Do,
    Expression,
    Function,
    Paths,
    Prefixed,
    Statement,
    call,
    merged,
)
from resnetgen.frozen import Frozen
from resnetgen.ir.network import Node
from resnetgen.ops.composite import Composite
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, Schedule


class Slot(NamedTuple):
    """A module passed to a class: the argument, the attribute, and the expression in each use.

    Where some uses pass an identity, that is the default.
    """

    name: str
    attribute: str
    uses: tuple[Bracket, ...]

    def has_default(self) -> bool:
        """Tell whether the argument may be left out."""
        return IDENTITY in self.uses

    def declared(self) -> str:
        """Return the parameter with its annotation and default."""
        return f"{self.name}: nn.Module{' | None = None' if self.has_default() else ''}"

    def assigned(self) -> Expression:
        """Return the value of the attribute."""
        return Conditional(IDENTITY, f"{self.name} is None", self.name) if self.has_default() else self.name


IDENTITY = call("nn.Identity")
"""A module that does nothing."""

SUPER = call("super().__init__")
"""The constructor of a base class without arguments."""


class Definition(Frozen):
    """A class or function to emit: its name, its parameters, and their values in each use.

    `body` is that of the constructor or the function; a class has `methods`, the last of which is `forward`. Its
    constructor begins with `start`, the call of that of its `base`. `at` are the parts of the spec that ask for it.
    """

    name: str
    words: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    methods: tuple[Function, ...] = ()
    slots: tuple[Slot, ...] = ()
    base: str = "nn.Module"
    start: Expression = SUPER
    at: Paths = ()

    def signature(self) -> list[str]:
        """Return the parameters with their annotations; slots precede parameters with a default."""
        plain = [parameter.declared() for parameter in self.parameters if parameter.default is None]
        given = [parameter.declared() for parameter in self.parameters if parameter.default is not None]
        required = [slot.declared() for slot in self.slots if not slot.has_default()]
        optional = [slot.declared() for slot in self.slots if slot.has_default()]
        return [*plain, *required, *given, *optional]

    def arguments(self, index: int) -> list[Argument]:
        """Return the arguments of the use `index`, as those of an operator."""
        found = []
        for parameter in self.parameters:
            value, by_position = parameter.vector[index], parameter.positional
            found.append(Argument(parameter.name, value, parameter.kind, parameter.default, by_position))
        return found

    def made(self, index: int) -> Bracket:
        """Return the call of a function of numbers: by position, as `nn.Conv2d` is called, if it has both widths."""
        arguments: list[str] = []
        by_position = sum(parameter.positional for parameter in self.parameters) == 2
        for parameter in self.parameters:
            value = parameter.vector[index]
            if parameter.default is not None and value == parameter.default:
                by_position = False
                continue
            named = not (parameter.positional or by_position)
            arguments.append(f"{parameter.name}={literal(value)}" if named else literal(value))
        return call(self.name, arguments)

    def use(self, index: int, *, block: str = "") -> list[Expression]:
        """Return the arguments of the use `index`.

        Args:
            index: the number of the use.
            block: the expression of the block's number in the network, for rates that grow with it.
        """
        arguments: list[Expression] = []
        for parameter in self.parameters:
            value = parameter.vector[index]
            if parameter.default is not None and value == parameter.default:
                continue
            text = scheduled(value, block) if isinstance(value, Schedule) else literal(value)
            arguments.append(text if parameter.positional else f"{parameter.name}={text}")
        slots = [slot for slot in self.slots if slot.uses[index] != IDENTITY]
        return [*arguments, *(Prefixed(f"{slot.name}=", slot.uses[index]) for slot in slots)]


def scheduled(schedule: Schedule, block: str) -> str:
    """Write a rate that grows linearly from the first block to the last."""
    if block == "0":
        return "0.0"
    return f"{schedule.rate!r} * {block} / {max(schedule.total - 1, 1)}"


def module_class(
    name: str,
    words: str,
    parameters: Sequence[Expression],
    body: Sequence[Statement],
    methods: Sequence[Function],
    base: str = "nn.Module",
    start: Expression = SUPER,
    at: Paths = (),
) -> Class:
    """Return a class of modules: its constructor, which first calls that of its base, `start`, then its methods."""
    constructor = Function("__init__", ("self", *parameters), "None", "", (Do(start), *body))
    return Class(name, base, words, (constructor, *methods), at)


def method(name: str, words: str, body: Sequence[Statement]) -> Function:
    """Return a method that maps a Tensor to a Tensor."""
    return Function(name, ("self", "x: Tensor"), "Tensor", words, tuple(body))


Known = Mapping[Operator, Construction | None]
"""The construction of each operator of a network; None for a plain function."""


def form(nodes: Sequence[Node], known: Known) -> tuple[object, ...]:
    """Return the key that sequences of one class share: names, operators and literals."""
    return tuple(
        (node.name, "varies") if node.injected else (node.name, *_fixed(node.operator, known)) for node in nodes
    )


def _fixed(operator: Operator, known: Known) -> tuple[object, ...]:
    construction = known[operator]
    if construction is None:
        values = tuple(operator.template_values().items())
        parts = operator.parts() if isinstance(operator, Composite) else ()
        optional = operator.optional if isinstance(operator, Composite) else ()
        inside = (("varies",) if part.name in optional else _fixed(part.operator, known) for part in parts)
        return (operator.label, values, *((part.name, *one) for part, one in zip(parts, inside, strict=True)))
    return fixed(construction)


def fixed(construction: Construction) -> tuple[object, ...]:
    """Return the part of a construction that a class writes as literals."""
    constants = tuple((a.name, a.value) for a in construction.arguments if a.kind is ArgumentKind.FIXED)
    return (construction.function, constants, construction.repeat, *map(fixed, construction.inner))


def constructions(sequences: Sequence[Sequence[Node]], index: int, known: Known) -> list[Construction]:
    """Return the constructions of one node in all uses."""
    found = [known[nodes[index].operator] for nodes in sequences]
    return [construction for construction in found if construction is not None]


def assignments(parameters: Parameters, sequences: Sequence[Sequence[Node]], known: Known) -> list[Assign]:
    """Write `self.conv1 = nn.Conv2d(...)` for each node of a class; assign arguments as they are."""
    found = []
    for index, node in enumerate(sequences[0]):
        same = constructions(sequences, index, known)
        at = merged(origin(nodes[index]) for nodes in sequences)
        if node.injected:
            found.append(Assign(f"self.{node.name}", parameters.modules.get(node.name, node.name), at=at))
        elif same:
            found.append(Assign(f"self.{node.name}", parameters.made(same, node.name), at=at))
    return found


def symbols(uses: Sequence[Sequence[tuple[str, int]]]) -> dict[str, Vector]:
    """Return each width that all uses name, with its value in every use."""
    named = [dict(use) for use in uses]
    return {name: tuple(use[name] for use in named) for name in named[0] if all(name in use for use in named)}
