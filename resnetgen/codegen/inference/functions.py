"""The functions that `convert` calls: those a network needs, with the arguments that vary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from resnetgen.codegen.inference.conversion_calls import Call
from resnetgen.codegen.printer import printed_head
from resnetgen.codegen.python import literal
from resnetgen.ops.folding import ChannelMap, Prepared

_WEIGHTS = "weights: dict[str, Tensor]"


@dataclass(slots=True)
class Functions:
    """The functions for some calls: their names, and the values for their template."""

    calls: Sequence[Call]
    names: dict[ChannelMap | Prepared, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.calls:
            for made in (each.map, each.prepared):
                if made is not None:
                    self._name(made)

    def _name(self, made: ChannelMap | Prepared) -> None:
        if made not in self.names:
            taken = set(self.names.values())
            numbered = (f"{made.name}{number}" for number in range(2, len(taken) + 3))
            self.names[made] = next(name for name in (made.name, *numbered) if name not in taken)

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
        arguments += ["bias=True"] if one.bias and self.varies(one.function, "bias") else []
        arguments += [f"groups={one.groups}"] if one.groups > 1 else []
        if one.function == "rename" and one.tensors != ("weight", "bias"):
            arguments.append(literal(one.tensors))
        return one.function, arguments

    def of(self, function: str) -> list[Call]:
        """Return the calls of a function."""
        return [each for each in self.calls if each.function == function]

    def varies(self, function: str, name: str) -> bool:
        """Tell whether an attribute differs between the calls of a function."""
        return len({getattr(each, name) for each in self.of(function)}) > 1

    def _maps(self, function: str) -> list[ChannelMap]:
        return list(dict.fromkeys(each.map for each in self.of(function) if each.map is not None))

    def values(self) -> dict[str, Any]:
        """Return the values for convert.py.j2."""
        maps = [self._map(made, name) for made, name in self.names.items() if isinstance(made, ChannelMap)]
        prepared = [
            {"name": name, "words": made.words, "lines": made.lines, "result": made.result}
            for made, name in self.names.items()
            if isinstance(made, Prepared)
        ]
        named = {name: self._function(name) for name in ("fold", "scale", "fold_before") if self.of(name)}
        renamed = self.of("rename")
        return {
            "maps": maps,
            "prepared": prepared,
            **{name: named.get(name) for name in ("fold", "scale", "fold_before")},
            "rename": bool(renamed),
            "ignored": sorted({each for one in renamed for each in one.ignored}),
        }

    def _map(self, made: ChannelMap, name: str) -> dict[str, Any]:
        steps = made.shift != "" and "scale" in made.shift.split()
        gives = f"{'scale' if steps else made.scale}, {made.shift}" if made.shift else made.scale
        return {
            "signature": printed_head(name, [_WEIGHTS, "name: str"], _type(made)),
            "words": made.words,
            "tensors": made.tensors,
            "ignored": made.ignored,
            "scale": made.scale if steps else "",
            "gives": gives,
        }

    def _function(self, name: str) -> dict[str, Any]:
        """Return the values of a function that absorbs a map: its signature, the map, and how to broadcast it."""
        own, maps = self.of(name), self._maps(name)
        operand = "norm" if name != "scale" else "factor"
        given = f"{operand}: str" if len(maps) == 1 else f"{operand}: {_type(maps[0])}"
        parameters = [_WEIGHTS, "conv: str", given]
        parameters += ["bias: bool = False"] if self.varies(name, "bias") else []
        parameters += ["groups: int = 1"] if any(each.groups > 1 for each in own) else []
        return {
            "signature": printed_head(name, parameters, "None"),
            "map": f"{self.names[maps[0]]}(weights, {operand})" if len(maps) == 1 else operand,
            "bias": "varies" if self.varies(name, "bias") else "yes" if own[0].bias else "",
            "groups": any(each.groups > 1 for each in own),
            "rest": _rest({each.axes for each in own}, 2 if name == "fold_before" else 1),
        }


def _type(made: ChannelMap) -> str:
    return "tuple[Tensor, Tensor]" if made.shift else "Tensor"


def _rest(axes: Iterable[int], own: int) -> str:
    """Write the extents after the first `own` axes of a broadcast shape: ones, up to the rank of the weights."""
    (count, *others) = set(axes)
    return f", *[1] * (weight.ndim - {own})" if others else ", 1" * (count - own)
