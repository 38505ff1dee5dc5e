"""What varies between the uses of a class, and so becomes a parameter of its constructor; the rest is written in.

The uses are laid side by side. An argument that is equal in all of them is a literal; the others become parameters, and
those that vary alike and mean the same kind of thing become one: `nn.Conv2d(cmid, cmid, 3)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from resnetgen.emit.python import literal
from resnetgen.ops.operator import Argument, Construction, Family, Schedule, Value
from resnetgen.reserved import CLASSES

Vector = tuple[Value, ...]
"""One argument's value in each use."""

_WIDTH_NAMES = {"in": "cin", "mid": "cmid", "out": "cout"}
"""Short names for channels in, inside and out, as research code writes them."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the constructor: its name, its type, its value in each use, and its default."""

    name: str
    annotation: str
    vector: Vector
    default: Value | None = None
    positional: bool = False

    def declared(self) -> str:
        """As it stands in the signature."""
        given = "" if self.default is None else f" = {literal(self.default)}"
        return f"{self.name}: {self.annotation}{given}"


@dataclass(slots=True)
class Parameters:
    """The parameters of one class under construction.

    `symbols` gives the widths that the uses speak of, by name, each with its value in every use.
    """

    symbols: dict[str, Vector]
    taken: set[str] = field(default_factory=lambda: {"self", "shortcut", "super", "nn", *CLASSES})
    found: dict[tuple[Family, Vector], Parameter] = field(default_factory=dict)

    def arguments(self, constructions: Sequence[Construction], owner: str) -> list[str]:
        """The arguments of one constructor call in the class, given that call in each of the uses."""
        rows = list(zip(*(construction.arguments for construction in constructions), strict=True))
        # Padding and dilation that share a parameter are called dilation, which comes last.
        spread = {_vector(same): same[0] for same in rows if same[0].family is Family.SPREAD}
        written: list[str] = []
        by_position = True
        for same in rows:
            naming = spread[_vector(same)] if same[0].family is Family.SPREAD else same[0]
            text = self._argument(same, owner, naming, by_position)
            if text is None:
                by_position = False
            else:
                by_position = by_position and "=" not in text
                written.append(text)
        return written

    def _argument(self, same: tuple[Argument, ...], owner: str, naming: Argument, by_position: bool) -> str | None:
        first, vector = same[0], _vector(same)
        if len(set(vector)) == 1 and not isinstance(first.value, Schedule):
            if vector[0] == first.default and type(vector[0]) is type(first.default):
                return None
            text = literal(vector[0])
            return text if first.positional else f"{first.name}={text}"
        name = self._parameter(naming, vector, owner).name
        return name if first.positional or (by_position and name == first.name) else f"{first.name}={name}"

    def _parameter(self, argument: Argument, vector: Vector, owner: str) -> Parameter:
        key = (argument.family, vector)
        if key not in self.found:
            name = next(name for name in self._candidates(argument, vector, owner) if name not in self.taken)
            self.taken.add(name)
            # What PyTorch has as 1 is 1 here too, where a use leaves it at that: by axis, (1, 1).
            default = next((value for value in vector if _is_one(value)), None) if argument.default == 1 else None
            positional = argument.positional and argument.family is Family.WIDTH
            self.found[key] = Parameter(name, _annotation(vector), vector, default, positional)
        return self.found[key]

    def _candidates(self, argument: Argument, vector: Vector, owner: str) -> list[str]:
        own = [argument.name, f"{owner}_{argument.name}"]
        if argument.family is Family.WIDTH:
            same = [name for name, values in self.symbols.items() if values == vector]
            if {"in", "out"} <= set(same):
                return ["channels", *own]
            return [*(_WIDTH_NAMES.get(name, name) for name in _preferred(same)), *own]
        if argument.family is Family.RATE:
            return ["drop_path" if "drop_path" in owner else "dropout", *own]
        return own

    def in_order(self) -> list[Parameter]:
        """The parameters as the signature has them: widths as the signal meets them, then the rest, defaults last."""
        order = ["cin", "channels", "cmid", "cout"]
        widths = [parameter for parameter in self.found.values() if parameter.positional]
        widths.sort(key=lambda p: order.index(p.name) if p.name in order else 2.5)
        rest = [parameter for parameter in self.found.values() if not parameter.positional]
        return [*widths, *sorted(rest, key=lambda p: p.default is not None)]


def _vector(same: tuple[Argument, ...]) -> Vector:
    return level(tuple(argument.value for argument in same))


def level(vector: Vector) -> Vector:
    """The values in one form: where one of them differs by axis, all are tuples."""
    ranks = {len(value) for value in vector if isinstance(value, tuple)}
    if not ranks or all(isinstance(value, tuple) for value in vector):
        return vector
    (rank,) = ranks
    return tuple((value,) * rank if isinstance(value, int) else value for value in vector)


def _is_one(value: Value) -> bool:
    """Whether a value is 1, along each axis if it has several."""
    return value == 1 or (isinstance(value, tuple) and set(value) == {1})


def _preferred(names: list[str]) -> list[str]:
    """Of several widths that are equal everywhere: what goes out, then what comes in, then the rest."""
    return sorted(names, key=lambda name: ["out", "in"].index(name) if name in ("out", "in") else 2)


def _annotation(vector: Vector) -> str:
    value = vector[0]
    if isinstance(value, tuple):
        return f"tuple[{', '.join('int' for _ in value)}]"
    if isinstance(value, Schedule) or any(isinstance(other, float) for other in vector):
        return "float"
    return "int"
