"""The function that builds a stage whose blocks follow one pattern: a first block, then equal ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from resnetgen.codegen.classes import Definition, scheduled
from resnetgen.codegen.parameters import Parameter, Vector
from resnetgen.codegen.python import literal
from resnetgen.codegen.tree import (
    Assign,
    Bracket,
    Comprehension,
    Expression,
    Function,
    Return,
    call,
    repeated,
    sequence,
)
from resnetgen.ops.operator import Schedule, Value

NAME = "stage"

RATES = "drop_rates"
"""The variable with the rate of each block in the network, if these grow."""


class Pattern(NamedTuple):
    """A stage of `blocks` blocks of one class: the uses of the first block and of the others.

    `number` is that of the first block in the network.
    """

    definition: Definition
    container: str
    first: int
    rest: int | None
    blocks: int
    number: int


class StageParameter(NamedTuple):
    """A parameter of the function: a parameter of the class under a name of its own, with its value in each stage."""

    parameter: Parameter
    name: str
    vector: Vector

    def declared(self) -> str:
        """Return the parameter with its annotation and default, as in a signature."""
        return self.parameter.replace(name=self.name).declared()


class Growing(NamedTuple):
    """A rate that grows with the number of the block. The function takes those of all its blocks."""

    parameter: Parameter
    schedule: Schedule

    def of_first(self) -> str:
        """Return the argument of the first block."""
        return f"{self.parameter.name}={self.parameter.name}[0]"

    def of_rest(self) -> str:
        """Return the argument of each other block, in a loop over the rates."""
        return f"{self.parameter.name}=rate"

    def argument(self, pattern: Pattern) -> str:
        """Return the argument of the function: the rates of a stage."""
        end = pattern.number + pattern.blocks
        bounds = f"{pattern.number or ''}:{end if end < self.schedule.total else ''}"
        return f"{self.parameter.name}={RATES}[{bounds}]"

    def rates(self) -> Assign:
        """Assign the rates of all blocks of the network."""
        each = Comprehension(scheduled(self.schedule, "i"), f"for i in range({self.schedule.total})")
        return Assign(RATES, sequence([each]))


class StageFunction(NamedTuple):
    """The function, and its call for each stage, in the order of the patterns.

    `rates` is the statement for the rates of all blocks, which the calls take their parts of, if these grow.
    """

    function: Function
    calls: tuple[Bracket, ...]
    rates: Assign | None


def stage_function(patterns: Sequence[Pattern]) -> StageFunction | None:
    """Return the function for stages of one class and container; None if their blocks do not follow one pattern."""
    if all(pattern.rest is None for pattern in patterns):
        return None
    return _Builder(patterns).built()


@dataclass(slots=True)
class _Builder:
    patterns: Sequence[Pattern]
    parameters: list[StageParameter] = field(default_factory=list)
    growing: Growing | None = None

    def built(self) -> StageFunction | None:
        definition, container = self.patterns[0].definition, self.patterns[0].container
        if definition.slots or not self._takes_schedules(definition):
            return None
        first = self._first(definition)
        rest = self._rest(definition)
        if rest is None:
            return None
        # `_rest` may have renamed parameters of the first block.
        first = self._first(definition)
        same = self._plain(first) == self._plain(rest)
        made: list[Expression] = [repeated(call(definition.name, rest), self._clause(all_blocks=same))]
        if not same:
            made.insert(0, call(definition.name, first))
        body = Return(call(container, made, exploded=len(made) > 1))
        function = Function(NAME, tuple(self._signature()), container, self._words(same=same), (body,))
        rates = self.growing.rates() if self.growing else None
        return StageFunction(function, tuple(map(self._call, range(len(self.patterns)))), rates)

    def _takes_schedules(self, definition: Definition) -> bool:
        """Tell whether the function can pass on the rates that grow: those of one parameter, on one schedule."""
        uses = {index for pattern in self.patterns for index in (pattern.first, pattern.rest) if index is not None}
        values = {one: {one.vector[use] for use in uses} for one in definition.parameters}
        growing = [one for one, those in values.items() if any(isinstance(value, Schedule) for value in those)]
        if not growing:
            return True
        schedule, *others = values[growing[0]]
        if len(growing) > 1 or others or not isinstance(schedule, Schedule):
            return False
        self.growing = Growing(growing[0], schedule)
        return True

    def _plain(self, arguments: Sequence[str]) -> list[str]:
        """Return the arguments of a block without the rate that grows."""
        rates = (self.growing.of_first(), self.growing.of_rest()) if self.growing else ()
        return [text for text in arguments if text not in rates]

    def _words(self, *, same: bool) -> str:
        if self.growing:
            return f"A sequence of blocks, one per rate{'' if same else '; the first may change the shape'}."
        return f"A sequence of blocks{'' if same else '; the first may change the shape'}."

    def _clause(self, *, all_blocks: bool) -> str:
        """Write the loop over all blocks, or over those after the first."""
        if self.growing is None:
            return f"for _ in range(blocks{'' if all_blocks else ' - 1'})"
        return f"for rate in {self.growing.parameter.name}{'' if all_blocks else '[1:]'}"

    def _first(self, definition: Definition) -> list[str]:
        found = []
        for one in definition.parameters:
            if self.growing and one == self.growing.parameter:
                found.append(self.growing.of_first())
                continue
            vector = tuple(one.vector[pattern.first] for pattern in self.patterns)
            text = _constant(one, vector[0]) if len(set(vector)) == 1 else _passed(one, self._add(one, vector))
            if text:
                found.append(text)
        return found

    def _add(self, one: Parameter, vector: Vector) -> str:
        for own in self.parameters:
            if own.parameter == one and own.vector == vector:
                return own.name
        self.parameters.append(StageParameter(one, one.name, vector))
        return one.name

    def _rest(self, definition: Definition) -> list[str] | None:
        """Return the arguments of the blocks after the first, as parameters of the function; None if they need more."""
        found = []
        for one in definition.parameters:
            if self.growing and one == self.growing.parameter:
                found.append(self.growing.of_rest())
                continue
            vector = tuple(None if each.rest is None else one.vector[each.rest] for each in self.patterns)
            values = [value for value in vector if value is not None]
            if len(set(values)) == 1 and one.default is not None and values[0] == one.default:
                continue
            name = self._find(one, vector)
            if name:
                found.append(_passed(one, name))
            elif len(set(values)) == 1:
                found.append(_constant(one, values[0]))
            elif one.positional:
                return None
            else:
                found.append(_passed(one, self._add_for_rest(one, vector)))
        return found

    def _find(self, one: Parameter, vector: Sequence[Value | None]) -> str:
        """Return the parameter of the function with these values; of several, that of the same name."""
        same = [each for each in self.parameters if each.parameter.kind is one.kind and _agree(each.vector, vector)]
        same.sort(key=lambda each: each.parameter != one)
        return same[0].name if same else ""

    def _add_for_rest(self, one: Parameter, vector: Sequence[Value | None]) -> str:
        """Return a parameter for all blocks but the first, and rename the first block's own, if there is one."""
        own = tuple(
            one.vector[pattern.first] if value is None else value
            for pattern, value in zip(self.patterns, vector, strict=True)
        )
        renamed = f"first_{one.name}"
        self.parameters = [each._replace(name=renamed) if each.parameter == one else each for each in self.parameters]
        self.parameters.append(StageParameter(one, one.name, own))
        return one.name

    def _signature(self) -> list[str]:
        widths, plain, optional = self._in_order()
        blocks = f"{self.growing.parameter.name}: list[float]" if self.growing else "blocks: int"
        return [*(each.declared() for each in (*widths, *plain)), blocks, *(each.declared() for each in optional)]

    def _in_order(self) -> tuple[list[StageParameter], list[StageParameter], list[StageParameter]]:
        order = list(self.patterns[0].definition.parameters)
        parameters = sorted(self.parameters, key=lambda each: order.index(each.parameter))
        widths = [each for each in parameters if each.parameter.positional]
        others = [each for each in parameters if not each.parameter.positional]
        plain = [each for each in others if each.parameter.default is None]
        return widths, plain, [each for each in others if each.parameter.default is not None]

    def _call(self, index: int) -> Bracket:
        widths, plain, optional = self._in_order()
        arguments = [literal(each.vector[index]) for each in widths]
        arguments += [f"{each.name}={literal(each.vector[index])}" for each in plain]
        one = self.patterns[index]
        arguments.append(self.growing.argument(one) if self.growing else f"blocks={one.blocks}")
        for each in optional:
            if each.vector[index] != each.parameter.default:
                arguments.append(f"{each.name}={literal(each.vector[index])}")
        return call(NAME, arguments)


def _agree(known: Vector, wanted: Sequence[Value | None]) -> bool:
    return all(b is None or a == b for a, b in zip(known, wanted, strict=True))


def _passed(one: Parameter, name: str) -> str:
    return name if one.positional else f"{one.name}={name}"


def _constant(one: Parameter, value: Value) -> str:
    if one.default is not None and value == one.default:
        return ""
    return _passed(one, literal(value))
