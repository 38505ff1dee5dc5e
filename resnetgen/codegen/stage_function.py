"""The function that builds a stage whose blocks follow one pattern: a first block, then equal ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from resnetgen.codegen.classes import Definition
from resnetgen.codegen.parameters import Parameter, Vector
from resnetgen.codegen.python import literal
from resnetgen.codegen.tree import Bracket, Expression, Function, Return, call, repeated
from resnetgen.ops.operator import Schedule, Value

NAME = "stage"

_SAME = "Blocks in a row."
_FIRST = "Blocks in a row, of which the first may change the shape."


class Pattern(NamedTuple):
    """A stage of `blocks` blocks of one class: the uses of the first block and of the others."""

    definition: Definition
    container: str
    first: int
    rest: int | None
    blocks: int


class Given(NamedTuple):
    """A parameter of the function: a parameter of the class under a name of its own, with its value in each stage."""

    parameter: Parameter
    name: str
    vector: Vector

    def declared(self) -> str:
        """Return the parameter with its annotation and default, as in a signature."""
        return self.parameter.replace(name=self.name).declared()


class StageFunction(NamedTuple):
    """The function, and its call for each stage, in the order of the patterns."""

    function: Function
    calls: tuple[Bracket, ...]


def stage_function(patterns: Sequence[Pattern]) -> StageFunction | None:
    """Return the function for stages of one class and container; None if their blocks do not follow one pattern."""
    if all(pattern.rest is None for pattern in patterns):
        return None
    return _Builder(patterns).built()


@dataclass(slots=True)
class _Builder:
    patterns: Sequence[Pattern]
    given: list[Given] = field(default_factory=list)

    def built(self) -> StageFunction | None:
        definition, container = self.patterns[0].definition, self.patterns[0].container
        values = [value for one in definition.parameters for value in one.vector]
        if definition.slots or any(isinstance(value, Schedule) for value in values):
            return None
        first = self._first(definition)
        rest = self._rest(definition)
        if rest is None:
            return None
        # The first block's own may have another name by now.
        first = self._first(definition)
        block, others = call(definition.name, first), call(definition.name, rest)
        made: list[Expression] = [block, repeated(others, "for _ in range(blocks - 1)")]
        if block == others:
            made = [repeated(others, "for _ in range(blocks)")]
        words = _SAME if block == others else _FIRST
        body = Return(call(container, made, exploded=len(made) > 1))
        function = Function(NAME, tuple(self._signature()), container, words, (body,))
        return StageFunction(function, tuple(map(self._call, range(len(self.patterns)))))

    def _first(self, definition: Definition) -> list[str]:
        found = []
        for one in definition.parameters:
            vector = tuple(one.vector[pattern.first] for pattern in self.patterns)
            text = _constant(one, vector[0]) if len(set(vector)) == 1 else _passed(one, self._take(one, vector))
            if text:
                found.append(text)
        return found

    def _take(self, one: Parameter, vector: Vector) -> str:
        for given in self.given:
            if given.parameter == one and given.vector == vector:
                return given.name
        self.given.append(Given(one, one.name, vector))
        return one.name

    def _rest(self, definition: Definition) -> list[str] | None:
        """Return the arguments of the blocks after the first, as parameters of the function; None if they need more."""
        found = []
        for one in definition.parameters:
            vector = tuple(None if each.rest is None else one.vector[each.rest] for each in self.patterns)
            values = [value for value in vector if value is not None]
            if len(set(values)) == 1 and one.default is not None and values[0] == one.default:
                continue
            name = self._known(one, vector)
            if name:
                found.append(_passed(one, name))
            elif len(set(values)) == 1:
                found.append(_constant(one, values[0]))
            elif one.positional:
                return None
            else:
                found.append(_passed(one, self._apart(one, vector)))
        return found

    def _known(self, one: Parameter, vector: Sequence[Value | None]) -> str:
        """Return the parameter of the function with these values; of several, that of the same name."""
        same = [each for each in self.given if each.parameter.kind is one.kind and _agree(each.vector, vector)]
        same.sort(key=lambda each: each.parameter != one)
        return same[0].name if same else ""

    def _apart(self, one: Parameter, vector: Sequence[Value | None]) -> str:
        """Return a parameter for all blocks but the first, and rename the first block's own, if there is one."""
        own = tuple(
            one.vector[pattern.first] if value is None else value
            for pattern, value in zip(self.patterns, vector, strict=True)
        )
        self.given = [each._replace(name=f"first_{one.name}") if each.parameter == one else each for each in self.given]
        self.given.append(Given(one, one.name, own))
        return one.name

    def _signature(self) -> list[str]:
        widths, plain, optional = self._in_order()
        return [*(each.declared() for each in (*widths, *plain)), "blocks: int", *(e.declared() for e in optional)]

    def _in_order(self) -> tuple[list[Given], list[Given], list[Given]]:
        order = list(self.patterns[0].definition.parameters)
        given = sorted(self.given, key=lambda each: order.index(each.parameter))
        widths = [each for each in given if each.parameter.positional]
        others = [each for each in given if not each.parameter.positional]
        plain = [each for each in others if each.parameter.default is None]
        return widths, plain, [each for each in others if each.parameter.default is not None]

    def _call(self, index: int) -> Bracket:
        widths, plain, optional = self._in_order()
        arguments = [literal(each.vector[index]) for each in widths]
        arguments += [f"{each.name}={literal(each.vector[index])}" for each in plain]
        arguments.append(f"blocks={self.patterns[index].blocks}")
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
