"""The functions that `convert` calls: those a network needs, with the arguments that vary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from resnetgen.codegen.inference import function_bodies as bodies
from resnetgen.codegen.inference.conversion import FoldKind
from resnetgen.codegen.inference.conversion_calls import RENAME, Call
from resnetgen.codegen.python import literal
from resnetgen.codegen.tree import Function
from resnetgen.ops.folding import ChannelMap, Prepared


@dataclass(slots=True)
class Functions:
    """The functions for some calls, and their names."""

    calls: Sequence[Call]
    names: dict[ChannelMap | Prepared, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.calls:
            for made in (each.map, each.prepared):
                if made is not None:
                    self._name(made)

    def _name(self, made: ChannelMap | Prepared) -> None:
        if made not in self.names:
            name = f"pop_{made.name}" if isinstance(made, ChannelMap) else made.name
            taken = set(self.names.values())
            numbered = (f"{name}{number}" for number in range(2, len(taken) + 3))
            self.names[made] = next(each for each in (name, *numbered) if each not in taken)

    def written(self, one: Call, path: Callable[[str], str]) -> tuple[str, list[str]]:
        """Return the function of a call, and its arguments after `weights`.

        Args:
            one: the call.
            path: a function that writes a path as an expression.
        """
        if one.prepared is not None:
            return self.names[one.prepared], [path(one.path)]
        other = path(one.other)
        if one.map is not None and len(self._maps(one.function)) > 1:
            other = f"{self.names[one.map]}(weights, {other})"
        arguments = [path(one.path), other]
        arguments += ["bias=True"] if one.bias and self._varies(one.function, "bias") else []
        arguments += [f"groups={one.groups}"] if one.groups > 1 else []
        if one.function == RENAME and one.tensors != bodies.WEIGHT_AND_BIAS and self._varies(RENAME, "tensors"):
            arguments.append(literal(one.tensors))
        return one.function, arguments

    def definitions(self) -> Iterator[Function]:
        """Yield the functions, each after those that it calls."""
        if self.names:
            yield bodies.POP_DOUBLE
        if self.calls:
            yield bodies.STORE_LIKE
        for made, name in self.names.items():
            if isinstance(made, ChannelMap):
                yield bodies.pop_map(made, name)
        for made, name in self.names.items():
            if isinstance(made, Prepared):
                yield bodies.prepare(made, name)
        yield from (self._fold(kind) for kind in FoldKind if self._of(kind.value))
        if renamed := self._of(RENAME):
            ignored = sorted({each for one in renamed for each in one.ignored})
            yield bodies.rename_module([one.tensors for one in renamed], ignored)

    def _fold(self, kind: FoldKind) -> Function:
        """Return the function that folds in one way; a map that differs between its calls is an argument."""
        own, maps = self._of(kind.value), self._maps(kind.value)
        alone = len(maps) == 1
        operand = "norm" if kind is not FoldKind.SCALE else "factor" if alone else "scale"
        parameters = [bodies.WEIGHTS, "layer: str", f"{operand}: {'str' if alone else bodies.map_type(maps[0])}"]
        parameters += ["bias: bool = False"] if self._varies(kind.value, "bias") else []
        groups = any(each.groups > 1 for each in own)
        parameters += ["groups: int = 1"] if groups else []
        made = f"{self.names[maps[0]]}(weights, {operand})" if alone else operand
        bias = "sometimes" if self._varies(kind.value, "bias") else "always" if own[0].bias else ""
        axes = {each.axes for each in own}
        match kind:
            case FoldKind.BEHIND:
                return bodies.fold_norm(parameters, made, _ones(axes, 1), bias)
            case FoldKind.SCALE:
                return bodies.fold_scale(parameters, made, _ones(axes, 1), bias)
            case FoldKind.BEFORE:
                return bodies.fold_norm_into_next(parameters, made, _ones(axes, 2), bias, groups=groups)

    def _of(self, function: str) -> list[Call]:
        return [each for each in self.calls if each.function == function]

    def _varies(self, function: str, name: str) -> bool:
        """Tell whether an attribute differs between the calls of a function."""
        return len({getattr(each, name) for each in self._of(function)}) > 1

    def _maps(self, function: str) -> list[ChannelMap]:
        return list(dict.fromkeys(each.map for each in self._of(function) if each.map is not None))


def _ones(axes: Iterable[int], own: int) -> str:
    """Write the extents after the first `own` axes of a broadcast shape: ones, up to the rank of the weights."""
    (count, *others) = set(axes)
    return f", *[1] * (weight.ndim - {own})" if others else ", 1" * (count - own)
