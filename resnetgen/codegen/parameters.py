"""Constructor parameters: values that vary between the uses of a class; all others are literals.

The uses are compared side by side. An argument that is equal in all of them is a literal; the others become parameters,
and those of one kind that vary together share one: `nn.Conv2d(cmid, cmid, 3)`.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass, field

from resnetgen.codegen.python import literal
from resnetgen.codegen.tree import Bracket, Comprehension, Expression, call, sequence
from resnetgen.frozen import Frozen
from resnetgen.ir.reserved import reserved_classes
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Schedule, Value

Vector = tuple[Value, ...]
"""One argument's value in each use."""

ENDS = ("cin", "channels", "cmid", "cout")
"""The widths that a class takes by position, in this order; others it takes by name."""

_WIDTH_NAMES = {"in": "cin", "mid": "cmid", "out": "cout"}
"""Short names for channels in, inside and out, as research code writes them."""


class Parameter(Frozen):
    """A parameter of the constructor: its name, its type, its value in each use, and its default."""

    name: str
    annotation: str
    vector: Vector
    default: Value | None = None
    positional: bool = False
    kind: ArgumentKind = ArgumentKind.FIXED

    def declared(self) -> str:
        """Return the parameter with its annotation and default, as in a signature."""
        given = "" if self.default is None else f" = {literal(self.default)}"
        return f"{self.name}: {self.annotation}{given}"


@dataclass(slots=True)
class Parameters:
    """The parameters of one class under construction.

    `symbols` has the widths that the uses name, each with its value in every use. `has_convolutions` is true for a
    block, where a plain `kernel_size` would mean its convolutions. `modules` has the parameter of each module that is
    passed in, by its attribute.
    """

    symbols: dict[str, Vector]
    taken: set[str] = field(default_factory=lambda: {"self", "shortcut", "super", "nn", *reserved_classes()})
    found: dict[tuple[ArgumentKind, Vector], Parameter] = field(default_factory=dict)
    has_convolutions: bool = True
    modules: dict[str, str] = field(default_factory=dict)

    def pass_in(self, attribute: str) -> str:
        """Return the parameter for a module that is passed in: the attribute's name, if it is free."""
        free = attribute not in ENDS and attribute.islower() and not hasattr(builtins, attribute)
        self.modules[attribute] = self._free([*([attribute] if free else []), "antialias"])
        self.taken.add(self.modules[attribute])
        return self.modules[attribute]

    def made(self, constructions: Sequence[Construction], owner: str) -> Bracket:
        """Return the expression that builds one module.

        Args:
            constructions: the module's construction in each use.
            owner: the module's name, for names of new parameters.
        """
        first = constructions[0]
        if first.repeat:
            inner = self.made([each.inner[0] for each in constructions], owner)
            return call(first.function, [Comprehension(inner, f"for _ in range({first.repeat})")])
        if not first.inner:
            return call(first.function, self.arguments(constructions, owner))
        inside = [[each.inner[index] for each in constructions] for index in range(len(first.inner))]
        items: list[Expression] = [self.made(same, owner) for same in inside]
        if first.function == "nn.ModuleList":
            return call(first.function, [sequence(items)])
        if first.function == "nn.Parameter":
            return call(first.function, items)
        return call(first.function, items, exploded=True)

    def arguments(self, constructions: Sequence[Construction], owner: str) -> list[str]:
        """Return the arguments of one constructor call in the class.

        Args:
            constructions: the call in each use.
            owner: the module's name, for names of new parameters.
        """
        rows = list(zip(*(construction.arguments for construction in constructions), strict=True))
        # Padding and dilation that share a parameter are called dilation, which comes last.
        spread = {_vector(same): same[0] for same in rows if same[0].kind is ArgumentKind.SPREAD}
        written: list[str] = []
        by_position = True
        keeps = self._keeping(rows, owner)
        for same in rows:
            if keeps and same[0].name == "padding":
                written.append(f"padding={keeps}")
                by_position = False
                continue
            naming = spread[_vector(same)] if same[0].kind is ArgumentKind.SPREAD else same[0]
            text = self._argument(same, owner, naming, by_position)
            if text is None:
                by_position = False
            else:
                by_position = by_position and "=" not in text
                written.append(text)
        return written

    def _keeping(self, rows: list[tuple[Argument, ...]], owner: str) -> str:
        """Write the padding that keeps a map's size, if kernel and dilation both vary; empty if it is another."""
        named = {same[0].name: same for same in rows}
        if not {"kernel_size", "padding", "dilation"} <= named.keys():
            return ""
        kernel, padding, dilation = (_vector(named[name]) for name in ("kernel_size", "padding", "dilation"))
        whole = all(isinstance(value, int) for value in (*kernel, *padding, *dilation))
        if not whole or min(len(set(kernel)), len(set(dilation))) == 1:
            return ""
        if list(padding) != [d * (k // 2) for k, d in zip(kernel, dilation, strict=True)]:  # type: ignore[operator]  # whole
            return ""
        names = [
            self.parameter(named[name][0], _vector(named[name]), owner).name for name in ("kernel_size", "dilation")
        ]
        return f"{names[1]} * ({names[0]} // 2)"

    def _argument(self, same: tuple[Argument, ...], owner: str, naming: Argument, by_position: bool) -> str | None:
        first, vector = same[0], _vector(same)
        if len(set(vector)) == 1 and not isinstance(first.value, Schedule):
            if vector[0] == first.default and type(vector[0]) is type(first.default):
                return None
            text = literal(vector[0])
            return text if first.positional else f"{first.name}={text}"
        name = self._share(first.kind, vector) or self.parameter(naming, vector, owner).name
        return name if first.positional or (by_position and name == first.name) else f"{first.name}={name}"

    def _share(self, kind: ArgumentKind, vector: Vector) -> str:
        """Write a number as a share or multiple of another parameter, such as `cout // 16`; empty if it is neither."""
        if kind is ArgumentKind.SPREAD:
            extents = [each for (of, _), each in self.found.items() if of is ArgumentKind.EXTENT]
            return next((f"{each.name} // 2" for each in extents if _halves(each.vector) == vector), "")
        if kind is not ArgumentKind.WIDTH or (kind, vector) in self.found:
            return ""
        ends = {name: self.symbols[name] for name in ("out", "mid", "in", "channels") if name in self.symbols}
        if vector in ends.values():
            return ""
        for name, whole in ends.items():
            if ratio := _ratio(vector, whole):
                return ratio.format(self.width(name, whole))
        return ""

    def width(self, name: str, vector: Vector) -> str:
        """Return the parameter for one of the class's widths."""
        return self.parameter(Argument(name, 0, ArgumentKind.WIDTH, positional=True), vector, name).name

    def parameter(self, argument: Argument, vector: Vector, owner: str) -> Parameter:
        """Return the parameter for a value in each use: a known one, or a new one with the argument's name."""
        key = (argument.kind, vector)
        if key not in self.found:
            name = self._free(self._candidates(argument, vector, owner))
            self.taken.add(name)
            # What PyTorch has as 1 is 1 here too, where a use leaves it at that: by axis, (1, 1).
            default = next((value for value in vector if _is_one(value)), None) if argument.default == 1 else None
            positional = argument.kind is ArgumentKind.WIDTH and name in ENDS
            self.found[key] = Parameter(name, _annotation(vector), vector, default, positional, argument.kind)
        return self.found[key]

    def _candidates(self, argument: Argument, vector: Vector, owner: str) -> list[str]:
        own = [argument.name, f"{owner}_{argument.name}"]
        if argument.kind is ArgumentKind.WIDTH:
            same = [name for name, values in self.symbols.items() if values == vector]
            if {"in", "out"} <= set(same):
                return ["channels", *own]
            return [*(_WIDTH_NAMES.get(name, name) for name in _preferred(same)), *own]
        if argument.kind is ArgumentKind.RATE:
            return ["drop_path" if "drop_path" in owner else "dropout", *own]
        if argument.kind is ArgumentKind.EXTENT and not argument.positional and self.has_convolutions:
            return own[1:]  # that of a module inside, not of the class's own convolutions
        return own

    def _free(self, names: list[str]) -> str:
        """Return the first of these names that is free, or the last one with a number."""
        numbered = (f"{names[-1]}_{number}" for number in range(2, len(self.taken) + 3))
        return next(name for name in (*names, *numbered) if name not in self.taken and not hasattr(builtins, name))

    def in_order(self) -> list[Parameter]:
        """Return the parameters in the order of the signature: widths from input to output, the rest, defaults last."""
        widths = [parameter for parameter in self.found.values() if parameter.positional]
        widths.sort(key=lambda parameter: ENDS.index(parameter.name))
        rest = [parameter for parameter in self.found.values() if not parameter.positional]
        return [*widths, *sorted(rest, key=lambda p: p.default is not None)]


def _vector(same: tuple[Argument, ...]) -> Vector:
    return level(tuple(argument.value for argument in same))


def level(vector: Vector) -> Vector:
    """Bring values to one form: tuples for all, if one of them differs by axis."""
    ranks = {len(value) for value in vector if isinstance(value, tuple)}
    if not ranks or all(isinstance(value, tuple) for value in vector):
        return vector
    (rank,) = ranks
    return tuple((value,) * rank if isinstance(value, int) else value for value in vector)


def _halves(vector: Vector) -> Vector:
    """Return half of each kernel, rounded down: the padding that keeps a map's size."""
    return tuple(value // 2 for value in vector if isinstance(value, int))


def _ratio(part: Vector, whole: Vector) -> str:
    """Write a part as a fixed share or multiple of a whole, with `{}` for the whole's name; empty if it is neither."""
    pairs = [(a, b) for a, b in zip(part, whole, strict=True) if isinstance(a, int) and isinstance(b, int)]
    if not all(a and b for a, b in pairs):  # a pad may add no channels, and zero is no share of a width
        return ""
    shares = {b // a if b % a == 0 else 0 for a, b in pairs}
    multiples = {a // b if a % b == 0 else 0 for a, b in pairs}
    if len(shares) == 1 and (share := shares.pop()) > 1:
        return f"{{}} // {share}"
    return f"{multiple} * {{}}" if len(multiples) == 1 and (multiple := multiples.pop()) > 1 else ""


def _is_one(value: Value) -> bool:
    """Tell whether a value is 1 along all axes."""
    return value == 1 or (isinstance(value, tuple) and set(value) == {1})


def _preferred(names: list[str]) -> list[str]:
    """Sort the names of equal widths: `out`, then `in`, then the others."""
    return sorted(names, key=lambda name: ["out", "in"].index(name) if name in ("out", "in") else 2)


def _annotation(vector: Vector) -> str:
    value = vector[0]
    if isinstance(value, tuple):
        return f"tuple[{', '.join('int' for _ in value)}]"
    if isinstance(value, Schedule) or any(isinstance(other, float) for other in vector):
        return "float"
    return "int"
