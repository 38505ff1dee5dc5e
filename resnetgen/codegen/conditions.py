"""Modules that only some uses of a class have: the condition, and the expression in the class's parameters.

The conditions are few: `stride != 1`, `cin != cout`, either of them, and their opposites. A condition is chosen if it
is true of exactly the uses that have the module. The class builds the module if each of its arguments is a constant or
a parameter of the class in all these uses. So the rule of a network is found, not declared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from resnetgen.codegen.parameters import Parameters, Vector, level
from resnetgen.codegen.python import literal
from resnetgen.codegen.tree import Bracket, Comprehension, Conditional, Expression, Remarked, call, sequence
from resnetgen.ir.network import Block
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Value
from resnetgen.ops.window import per_axis

IDENTITY = "nn.Identity"

_NUMBERS = "so that the keys keep their numbers"
"""Why a module is an identity in some uses of a container that numbers its modules."""

_STRIDE = Argument("stride", 1, ArgumentKind.STRIDE, default=1, positional=True)


class NoRule(Exception):  # control flow: the module is passed in then, or there are two classes
    """No condition on the parameters tells the uses apart, or their modules do not follow from the parameters."""


class Uses(NamedTuple):
    """Some uses of a class, by their numbers; `blocks` are those of all uses."""

    parameters: Parameters
    blocks: Sequence[Block]
    numbers: tuple[int, ...]

    def where(self, present: Sequence[bool]) -> Uses:
        """Select the uses for which `present` is true."""
        numbers = tuple(number for number, has in zip(self.numbers, present, strict=True) if has)
        return Uses(self.parameters, self.blocks, numbers)

    def condition(self, present: Sequence[bool], *, by_stride: bool = False) -> str:
        """Return the condition that is true of exactly the uses for which `present` is true.

        Of several, the one on both stride and channels comes first; with `by_stride`, the one on the stride alone.

        Raises:
            NoRule: no condition matches.
        """
        strided = [set(self.blocks[number].stride) != {1} for number in self.numbers]
        widens = [_widens(self.blocks[number]) for number in self.numbers]
        either = [a or b for a, b in zip(strided, widens, strict=True)]
        both = any(strided) and any(widens) and not all(strided) and not all(widens)
        known = [(either, "either")] if both else []
        known.insert(0 if by_stride else len(known), (strided, "strided"))
        for truth, name in (*known, (widens, "widens")):
            if truth == list(present):
                return self._test(name, "!=", " or ")
            if [not each for each in truth] == list(present):
                return self._test(name, "==", " and ")
        raise NoRule

    def _test(self, name: str, compared: str, joint: str) -> str:
        if name == "strided":
            return self._strided(compared, alone=True)
        widens = f"{self._width('in')} {compared} {self._width('out')}"
        return widens if name == "widens" else f"{self._strided(compared)}{joint}{widens}"

    def _strided(self, compared: str, *, alone: bool = False) -> str:
        vector = self._strides()
        name = self.parameters.parameter(_STRIDE, vector, "block").name
        if isinstance(vector[0], tuple):
            return f"{name} {compared} {literal((1,) * len(vector[0]))}"
        return f"{name} > 1" if alone and compared == "!=" else f"{name} {compared} 1"

    def _strides(self) -> Vector:
        return level(tuple(per_axis(block.stride) for block in self.blocks))

    def _width(self, name: str) -> str:
        vector = self.parameters.symbols[name]
        return literal(vector[0]) if len(set(vector)) == 1 else self.parameters.width(name, vector)

    def made(self, constructions: Sequence[Construction], owner: str) -> Expression:
        """Return the expression that builds a module from the class's parameters.

        Args:
            constructions: the module's construction in each of these uses.
            owner: the module's name, for names of new parameters.

        Raises:
            NoRule: the constructions do not follow from the parameters.
        """
        kinds = [(each.function, len(each.inner), each.repeat) for each in constructions]
        if len(set(kinds)) > 1:
            return self._either(constructions, [kind == kinds[0] for kind in kinds], owner)
        first = constructions[0]
        inner = [self.made([each.inner[index] for each in constructions], owner) for index in range(len(first.inner))]
        return _container(first, inner) if inner else call(first.function, self._arguments(constructions))

    def _either(self, constructions: Sequence[Construction], first: Sequence[bool], owner: str) -> Expression:
        """Choose between two kinds of module by a condition; that of strided blocks, or one with an effect, first."""
        rest = [not each for each in first]
        idle = constructions[0].function == IDENTITY
        test = self.condition(rest if idle else first, by_stride=True)
        if not idle and "==" in test and all(each.function != IDENTITY for each in constructions):
            idle, test = True, self.condition(rest, by_stride=True)
        one, other = (self.where(side).made(_selected(constructions, side), owner) for side in (first, rest))
        if isinstance(one, Conditional) or isinstance(other, Conditional):
            raise NoRule  # nested conditions are unreadable
        return Conditional(other, test, one) if idle else Conditional(one, test, other)

    def _arguments(self, constructions: Sequence[Construction]) -> Iterator[str]:
        by_position = True
        is_torch = constructions[0].function.startswith("nn.")
        for same in zip(*(each.arguments for each in constructions), strict=True):
            text = self._argument(same, either_form=is_torch)
            if text is None:
                by_position = False
                continue
            plain = same[0].positional or (by_position and text == same[0].name)
            by_position = by_position and plain
            yield text if plain else f"{same[0].name}={text}"

    def _argument(self, same: tuple[Argument, ...], *, either_form: bool) -> str | None:
        """Write an argument in terms of the parameters; None for a default.

        With `either_form`, a number and a tuple of it are the same, as in torch's modules; our classes take one form.
        """
        first, values = same[0], [argument.value for argument in same]
        if len(set(values)) == 1 and values[0] == first.default and type(values[0]) is type(first.default):
            return None
        strides = self._strides()
        varies = first.kind is ArgumentKind.STRIDE and len(set(strides)) > 1
        if varies and self._holds(strides, _spread(values, strides) if either_form else values):
            return self.parameters.parameter(_STRIDE, strides, "block").name
        if first.kind is ArgumentKind.WIDTH and (text := self._of_widths(first.name, values)):
            return text
        if len(set(values)) > 1:
            raise NoRule
        return literal(values[0])

    def _of_widths(self, name: str, values: Sequence[Value]) -> str:
        """Write a number of channels as a width of the class, or as the difference of two; empty if it is neither."""
        symbols = self.parameters.symbols
        ends = ("in", "out") if name == "in_channels" else ("out", "in")
        for each in (*ends, *(symbol for symbol in symbols if symbol not in ends)):
            if len(set(symbols[each])) > 1 and self._holds(symbols[each], values):
                return self.parameters.width(each, symbols[each])
        added = tuple(b - a for a, b in zip(symbols["in"], symbols["out"], strict=True))  # type: ignore[operator]  # both whole
        if len(set(values)) > 1 and self._holds(added, values):
            return f"{self._width('out')} - {self._width('in')}"
        return ""

    def _holds(self, vector: Vector, values: Sequence[Value]) -> bool:
        """Tell whether a vector has the given values in these uses."""
        return [vector[number] for number in self.numbers] == list(values)


def _selected(constructions: Sequence[Construction], present: Sequence[bool]) -> list[Construction]:
    return [each for each, has in zip(constructions, present, strict=True) if has]


def _spread(values: Sequence[Value], like: Vector) -> list[Value]:
    """Return values for each axis, as (1, 1, 1) in place of 1, where those of a vector are written like that."""
    rank = len(like[0]) if isinstance(like[0], tuple) else 0
    return [(value,) * rank if rank and isinstance(value, int) else value for value in values]


def _widens(block: Block) -> bool:
    """Tell whether a block changes the number of channels."""
    widths = dict(block.widths)
    return widths["in"] != widths["out"]


def _container(made: Construction, inner: list[Expression]) -> Bracket:
    if made.repeat:
        return call(made.function, [Comprehension(inner[0], f"for _ in range({made.repeat})")])
    inner = [Remarked(each, _NUMBERS) if _may_be_identity(each) else each for each in inner]
    return call(made.function, [sequence(inner)] if made.function == "nn.ModuleList" else inner)


def _may_be_identity(made: Expression) -> bool:
    """Tell whether a module is an identity in some uses, and another module in the others."""
    return isinstance(made, Conditional) and call(IDENTITY) in (made.value, made.otherwise)
