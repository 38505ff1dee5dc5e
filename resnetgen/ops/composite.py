"""Composite operators: attention modules, split convolutions, containers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any, ClassVar, NamedTuple, Self

from resnetgen.ops.operator import Construction, Operator, TensorSpec
from resnetgen.ops.window import Shape, ShapeMismatch

Names = tuple[tuple[str, str], ...]
"""Pairs of a submodule's own name and the name that a layout gives it."""


class Part(NamedTuple):
    """A named submodule of a composite."""

    name: str
    operator: Operator


class Base(NamedTuple):
    """The base class of a composite's own: an operator, its construction, and the call that applies it to `x`.

    TorchScript has no `super().forward`, so the call is a function with the class's attributes as arguments.
    """

    operator: Operator
    construction: Construction
    function: str
    arguments: tuple[str, ...]


class Composite(Operator):
    """An operator made of submodules. Its tensors and costs are theirs, and a class is emitted for it.

    The constructor is written by laying all of its uses in a network side by side; `template` holds the body of
    `forward(self, x: Tensor) -> Tensor`. Without one, the parts are applied in a row.
    """

    refuses_pixels: ClassVar[bool] = True
    class_name: ClassVar[str] = ""
    words: ClassVar[str] = ""
    """The docstring of the class, one line that names the paper."""

    flag: ClassVar[str] = ""
    """A fact, true or false, that may differ between the uses of one class, which then has it as an attribute."""

    optional: ClassVar[tuple[str, ...]] = ()
    """The names of the parts that are an identity where the flag is false."""

    is_renamable: ClassVar[bool] = False
    """True if a layout's `attention` names the submodules."""

    @property
    def base(self) -> Base | None:
        """The base of its class, which works before its parts; None for a plain module."""
        return None

    @property
    def names(self) -> Names:
        """The names that a layout gives to its submodules. A class whose submodules can be renamed has this field."""
        return ()

    def renamed(self, names: Names) -> Self:
        """Return the operator with these names for its submodules, and for those inside them."""
        return self.replace(**{key: _renamed(key, getattr(self, key), names) for key in self._fields})

    def present(self, *parts: tuple[str, Operator | None]) -> tuple[Part, ...]:
        """Return the parts that are not None, under the names that the layout gives them."""
        given = dict(self.names)
        return tuple(Part(given.get(name, name), operator) for name, operator in parts if operator is not None)

    def applied(self, names: Sequence[str], x: str) -> str:
        """Return an expression that passes `x` through the parts with these own names; missing ones are skipped."""
        for module in self._called(names):
            x = f"{module}({x})"
        return x

    def in_turn(self, names: Sequence[str]) -> str:
        """Return statements that pass `x` through the parts with these own names; missing ones are skipped."""
        return "\n".join(f"x = {module}(x)" for module in self._called(names))

    def _called(self, names: Sequence[str]) -> list[str]:
        given = dict(self.names)
        known = [part.name for part in self.parts()]
        wanted = [given.get(name, name) for name in names]
        return called(known, [name for name in wanted if name in known])

    def flagged(self) -> Self:
        """Return the operator for a class whose flag is an attribute. Call it only where there is a flag."""
        raise NotImplementedError

    def sentence(self) -> str:
        """Return the docstring of its class; override it where `words` does not hold for every use."""
        return self.words

    def parts(self) -> tuple[Part, ...]:
        """Return the submodules in the order of the state dict: first the parameters of its own."""
        raise NotImplementedError

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the names of parts that run in sequence, row by row; without a template, all are one row."""
        return () if self.template else (tuple(part.name for part in self.parts()),)

    def with_parts(self, parts: tuple[Part, ...]) -> Operator:
        """Return the operator with other parts under the same names. Parts in rows may be missing."""
        return self.replace(inside=parts)

    def inline_names(self) -> tuple[str, ...]:
        """Return the attributes that the block has for an inline composite: a method and the parts."""
        return (self.class_name, *(part.name for part in self.parts()))

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        """Return the output shape of each part, given that of the whole."""
        raise NotImplementedError

    def widths(self) -> tuple[tuple[str, int], ...]:
        """Return its numbers of channels by the names in its class: `channels`, `reduced`, or `in`, `mid` and `out`."""
        raise NotImplementedError

    def entries(self) -> tuple[TensorSpec, ...]:
        return tuple(
            entry if part.operator.is_parameter else entry._replace(name=f"{part.name}.{entry.name}")
            for part in self.parts()
            for entry in part.operator.entries()
        )

    def min_size(self, axis: int) -> int:
        """Return the minimum size that a pool inside needs, if the pool must fit without padding."""
        windows = [part.operator.receptive_window() for part in self.parts()]
        return max((window.kernel[axis] for window in windows if window is not None and window.inside), default=1)

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        """Return the first shape error of a norm inside, or None."""
        for operator, inside in self.norms(self.output(shape)):
            if mismatch := operator.shape_error(inside):
                return mismatch_inside(operator, mismatch)
        return None

    def min_batch(self, shape: Shape) -> int:
        """Return the fewest samples that the norms inside take."""
        return max((norm.min_batch(inside) for norm, inside in self.norms(self.output(shape))), default=1)

    def norms(self, output: Shape) -> Iterator[tuple[Operator, Shape]]:
        """Yield each norm inside with its input shape, given the output shape of the whole."""
        for operator, inside in self._inside(output):
            yield from norms(operator, inside)

    def _inside(self, output: Shape) -> Iterator[tuple[Operator, Shape]]:
        for part, shape in zip(self.parts(), self.outputs(output), strict=True):
            yield part.operator, shape

    def macs(self, output: Shape) -> int:
        return sum(operator.macs(shape) for operator, shape in self._inside(output))

    def values(self, output: Shape) -> int:
        """Return the number of values that its parts write, plus its own output."""
        return sum(operator.values(shape) for operator, shape in self._inside(output)) + prod(output)


class ModuleList(Operator):
    """torch.nn.ModuleList: its owner calls each item on an input of its own."""

    items: tuple[Operator, ...]

    def entries(self) -> tuple[TensorSpec, ...]:
        return tuple(
            entry._replace(name=f"{index}.{entry.name}")
            for index, item in enumerate(self.items)
            for entry in item.entries()
        )

    def macs(self, output: Shape) -> int:
        """Return the sum over all items, each with this output shape."""
        return sum(item.macs(output) for item in self.items)

    def values(self, output: Shape) -> int:
        """Return the sum over all items, each with this output shape."""
        return sum(item.values(output) for item in self.items)


def inside(operator: Operator) -> Iterator[Operator]:
    """Yield an operator and, recursively, all its submodules."""
    yield operator
    own = (part.operator for part in operator.parts()) if isinstance(operator, Composite) else ()
    for each in operator.items if isinstance(operator, ModuleList) else own:
        yield from inside(each)


def count_operators(operator: Operator) -> int:
    """Return the number of operators that an operator is made of, itself included."""
    if not isinstance(operator, Composite | ModuleList):  # the usual case
        return 1
    return sum(1 for _ in inside(operator))


def norms(operator: Operator, shape: Shape) -> Iterator[tuple[Operator, Shape]]:
    """Yield each norm in an operator, itself included, with its input shape, given the operator's output shape."""
    if isinstance(operator, ModuleList):
        for item in operator.items:
            yield from norms(item, shape)
    elif isinstance(operator, Composite):
        yield from operator.norms(shape)
    elif operator.is_norm:
        yield operator, shape


def mismatch_inside(operator: Operator, mismatch: ShapeMismatch) -> ShapeMismatch:
    """Return the shape error of a submodule, worded for the operator around it."""
    name = operator.describe()
    return ShapeMismatch(f"has {'an' if name[0] in 'aei' else 'a'} {name} inside that {mismatch.why}")


def pixel(channels: int, rank: int) -> Shape:
    """Return the shape (channels, 1, ...), as after global pooling."""
    return (channels, *(1,) * rank)


def present(*parts: tuple[str, Operator | None]) -> tuple[Part, ...]:
    """Return the parts that are not None."""
    return tuple(Part(name, operator) for name, operator in parts if operator is not None)


def called(known: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the code of submodules that are called in sequence: `self.fc1`.

    A container whose submodules all follow one another is called as a whole.

    Args:
        known: the paths of all submodules, in the order of the state dict.
        names: the paths of those to call.
    """
    found: list[str] = []
    left = list(names)
    while left:
        path = _whole(known, left)
        found.append(_code(path))
        left = left[sum(_holds(path, name) for name in known) :]
    return found


def _whole(known: Sequence[str], names: Sequence[str]) -> str:
    """Return the path of the largest container that the first of these names fill, or else the first name."""
    steps = names[0].split(".")
    for count in range(1, len(steps)):
        path = ".".join(steps[:count])
        inside = [name for name in known if _holds(path, name)]
        if list(names[: len(inside)]) == inside:
            return path
    return names[0]


def _holds(path: str, name: str) -> bool:
    return name == path or name.startswith(f"{path}.")


def _code(path: str) -> str:
    """Return the code of a path of attributes and numbers: `self.attention[0]` for `attention.0`."""
    return "self" + "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in path.split("."))


def _renamed(key: str, value: Any, names: Names) -> Any:
    """Return the value of a composite's field for other names of submodules."""
    if key == "names":
        return names
    if isinstance(value, Composite):
        return value.renamed(names)
    if key == "inside":
        given = dict(names)
        return tuple(Part(given.get(part.name, part.name), _renamed("", part.operator, names)) for part in value)
    return value
