"""Compare two sequences of operators: which were added, removed or changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from resnetgen.frozen import Frozen
from resnetgen.ir.network import Node
from resnetgen.ops.composite import Part
from resnetgen.ops.operator import Operator
from resnetgen.ops.window import Window

Value = int | float | str | bool | tuple[int, ...]


class Change(NamedTuple):
    """A property before and after; None where it does not exist."""

    what: str
    before: Value | None
    after: Value | None


def operator_changes(
    before: Iterable[Node], after: Iterable[Node], prefix: str = "", widths: Collection[tuple[int, int]] = ()
) -> list[Change]:
    """Return the changes between operators, matched by name.

    Args:
        before: the operators before.
        after: the operators after.
        prefix: a prefix for the names.
        widths: changes of width that are reported already; equal changes of an operator's numbers are left out.
    """
    old, new = _by_name(before), _by_name(after)
    found = [Change(f"{prefix}{name}", node.operator.describe(), None) for name, node in old.items() if name not in new]
    for name, node in new.items():
        if name not in old:
            found.append(Change(f"{prefix}{name}", None, node.operator.describe()))
        else:
            found += _changed(f"{prefix}{name}", old[name].operator, node.operator, widths)
    return [*found, *_moved(prefix, old, new)]


def _by_name(nodes: Iterable[Node]) -> dict[str, Node]:
    """Return operators by name. Those that share one, which have no tensors, get a number."""
    seen: Counter[str] = Counter()
    found = {}
    for node in nodes:
        name = node.name or node.operator.label
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = node
    return found


def _moved(prefix: str, old: dict[str, Node], new: dict[str, Node]) -> Iterator[Change]:
    stayed = [name for name in old if name in new], [name for name in new if name in old]
    if stayed[0] != stayed[1]:
        yield Change(f"{prefix.removesuffix('.')} order".strip(), ", ".join(stayed[0]), ", ".join(stayed[1]))


def _changed(
    name: str, before: Operator, after: Operator, widths: Collection[tuple[int, int]] = ()
) -> Iterator[Change]:
    if type(before) is not type(after):
        yield Change(name, before.describe(), after.describe())
        return
    if before == after:
        return
    old, new = dict(_facts("", before)), dict(_facts("", after))
    for fact in dict.fromkeys((*old, *new)):
        pair = old.get(fact), new.get(fact)
        if pair[0] != pair[1] and pair not in widths:
            yield Change(f"{name} {fact}", *pair)


def _facts(name: str, value: object) -> Iterator[tuple[str, Value | None]]:
    """Yield all numbers and words of a value with their names."""
    if isinstance(value, Window):
        for field, inner in zip(value._fields, value, strict=True):
            yield from _facts(f"{name.removesuffix('window')}{field}", inner)
    elif isinstance(value, Frozen):
        yield f"{name}.type".removeprefix("."), type(value).__name__
        for field in value._fields:
            yield from _facts(f"{name}.{field}".removeprefix("."), getattr(value, field))
    elif isinstance(value, tuple) and value and all(isinstance(inner, Part) for inner in value):
        for part in value:
            yield from _facts(f"{name}.{part.name}".removeprefix("."), part.operator)
    elif isinstance(value, tuple) and any(isinstance(inner, Frozen | tuple) for inner in value):
        for number, inner in enumerate(value):
            yield from _facts(f"{name}.{number}".removeprefix("."), inner)
    elif value is None or isinstance(value, int | float | str | tuple):
        yield name, value
    else:
        yield name, str(value)
