"""Operators that are made of others: attention modules, split convolutions, containers."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import ClassVar, NamedTuple, Self

from resnetgen.ops.operator import Misfit, Operator, Shape, TensorSpec


class Part(NamedTuple):
    """A module inside another: its attribute, and what it is."""

    name: str
    operator: Operator


class Composite(Operator):
    """An operator with modules inside. Its tensors and costs are theirs; a class of its own is emitted for it.

    The constructor is written by laying all of its uses in a network side by side; `template` holds the body of
    `forward(self, x: Tensor) -> Tensor`. Without one, the parts are applied in a row.
    """

    refuses_pixels: ClassVar[bool] = True
    class_name: ClassVar[str] = ""
    words: ClassVar[str] = ""
    """The docstring of the class, one line that names the paper."""

    flag: ClassVar[str] = ""
    """A fact, true or false, that may differ between the uses of one class, which then has it as an attribute."""

    def flagged(self) -> Self:
        """The same for a class that has its flag as an attribute; asked of those that have a flag."""
        raise NotImplementedError

    def sentence(self) -> str:
        """The docstring of its class, where one for all of its kind would not be true of this one."""
        return self.words

    def parts(self) -> tuple[Part, ...]:
        """The modules inside, in the order of the state dict."""
        raise NotImplementedError

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The names of parts that are applied one right after another, row by row; of one without a template, all."""
        return () if self.template else (tuple(part.name for part in self.parts()),)

    def with_parts(self, parts: tuple[Part, ...]) -> Operator:
        """The same of other parts, under the names of those that it has; of its rows, some may be gone."""
        return self.replace(inside=parts)

    def inline_names(self) -> tuple[str, ...]:
        """What the block has for it where it is inline: a method, and its parts."""
        return (self.class_name, *(part.name for part in self.parts()))

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        """The shape that leaves each part where the whole gives `output`."""
        raise NotImplementedError

    def widths(self) -> tuple[tuple[str, int], ...]:
        """What its class calls its numbers of channels: `channels`, `reduced`, or `in`, `mid` and `out`."""
        raise NotImplementedError

    def entries(self) -> tuple[TensorSpec, ...]:
        return tuple(
            entry._replace(name=f"{part.name}.{entry.name}")
            for part in self.parts()
            for entry in part.operator.entries()
        )

    def min_size(self, axis: int) -> int:
        """That of a pool inside, where the pool must fit without its padding."""
        windows = [part.operator.window() for part in self.parts()]
        return max((window.kernel[axis] for window in windows if window is not None and window.inside), default=1)

    def shape_error(self, shape: Shape) -> Misfit | None:
        """Why one of the normalizations inside cannot be; None where all can."""
        for operator, inside in self.norms(self.output(shape)):
            if misfit := operator.shape_error(inside):
                return misfit_inside(operator, misfit)
        return None

    def norms(self, output: Shape) -> Iterator[tuple[Operator, Shape]]:
        """The normalizations inside, each with its shape, where the whole gives `output`."""
        for operator, inside in self._inside(output):
            yield from _norms(operator, inside)

    def _inside(self, output: Shape) -> Iterator[tuple[Operator, Shape]]:
        for part, shape in zip(self.parts(), self.outputs(output), strict=True):
            yield part.operator, shape

    def macs(self, output: Shape) -> int:
        return sum(operator.macs(shape) for operator, shape in self._inside(output))

    def values(self, output: Shape) -> int:
        """What its parts write, and what it makes of that in the end."""
        return sum(operator.values(shape) for operator, shape in self._inside(output)) + prod(output)


class ModuleList(Operator):
    """torch.nn.ModuleList: operators that their owner applies one by one, each to an input of its own."""

    items: tuple[Operator, ...]

    def entries(self) -> tuple[TensorSpec, ...]:
        return tuple(
            entry._replace(name=f"{index}.{entry.name}")
            for index, item in enumerate(self.items)
            for entry in item.entries()
        )

    def macs(self, output: Shape) -> int:
        """Of all of them, where each gives `output`."""
        return sum(item.macs(output) for item in self.items)

    def values(self, output: Shape) -> int:
        """Of all of them, where each gives `output`."""
        return sum(item.values(output) for item in self.items)


def inside(operator: Operator) -> Iterator[Operator]:
    """An operator and all that it is made of."""
    yield operator
    own = (part.operator for part in operator.parts()) if isinstance(operator, Composite) else ()
    for each in operator.items if isinstance(operator, ModuleList) else own:
        yield from inside(each)


def _norms(operator: Operator, shape: Shape) -> Iterator[tuple[Operator, Shape]]:
    """The normalizations that an operator is or has, each with its shape, where it gives `shape`."""
    if isinstance(operator, ModuleList):
        for item in operator.items:
            yield from _norms(item, shape)
    elif isinstance(operator, Composite):
        yield from operator.norms(shape)
    elif operator.is_norm:
        yield operator, shape


def misfit_inside(operator: Operator, misfit: Misfit) -> Misfit:
    """What is wrong with an operator, said of what it is inside of."""
    name = operator.describe()
    return Misfit(f"has {'an' if name[0] in 'aei' else 'a'} {name} inside that {misfit.why}")


def pixel(channels: int, rank: int) -> Shape:
    """The shape of a map of one pixel, as global pooling leaves it."""
    return (channels, *(1,) * rank)


def present(*parts: tuple[str, Operator | None]) -> tuple[Part, ...]:
    """The parts that there are."""
    return tuple(Part(name, operator) for name, operator in parts if operator is not None)


def in_turn(parts: tuple[Part, ...], names: tuple[str, ...]) -> str:
    """Statements that send the map `x` through those of the named parts that there are, in this order."""
    return "\n".join(f"x = self.{name}(x)" for name in _known(parts, names))


def applied(parts: tuple[Part, ...], names: tuple[str, ...], x: str) -> str:
    """The expression that sends `x` through those of the named parts that there are, in this order."""
    for name in _known(parts, names):
        x = f"self.{name}({x})"
    return x


def _known(parts: tuple[Part, ...], names: tuple[str, ...]) -> list[str]:
    known = {part.name for part in parts}
    return [name for name in names if name in known]
