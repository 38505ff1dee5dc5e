"""The calls of `convert`: steps as function calls, with equal blocks grouped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from resnetgen.codegen.inference.conversion import FoldKind, Recipe, Step
from resnetgen.ops.folding import ChannelMap, Prepared

RENAME = "rename_module"
"""The function that gives an operator another path."""


class Call(NamedTuple):
    """A function call for the operator with tensors at `path`.

    `other` is the path of the operator that it absorbs, or its new path if it is renamed. `map` is the channel map to
    absorb, `prepared` an operation on its weight alone, and `axes` the rank of the weight.
    """

    function: str
    path: str
    other: str = ""
    map: ChannelMap | None = None
    prepared: Prepared | None = None
    bias: bool = False
    groups: int = 1
    axes: int = 0
    tensors: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


class Places(NamedTuple):
    """Consecutive blocks of a stage: their path up to the number, the first number, and the number after the last."""

    path: str
    first: int
    end: int


class Group(NamedTuple):
    """The calls for each block in some places; without places, outside the stages, they run once."""

    places: tuple[Places, ...]
    calls: tuple[Call, ...]


def calls(steps: Sequence[Step]) -> Iterator[Call]:
    """Yield the calls of steps, in order."""
    for step in steps:
        bias = step.bias
        if step.prepared is not None:
            yield Call("prepare", step.source, prepared=step.prepared, axes=step.axes)
        for each in step.absorbed:
            yield Call(each.kind.value, step.source, each.path, each.map, None, bias, each.groups, step.axes)
            bias = bias or each.kind is not FoldKind.SCALE
        if step.source != step.target:
            yield Call(RENAME, step.source, step.target, tensors=step.tensors, ignored=step.ignored)


def groups(recipe: Recipe) -> list[Group]:
    """Group the calls of a recipe: blocks with equal calls share a group, however many there are."""
    where: dict[tuple[bool, tuple[Step, ...]], list[Places]] = {}
    for row in recipe:
        for bundle in _bundles(row.steps):
            places = where.setdefault((bool(row.path), bundle), [])
            if not row.path:
                continue
            if places and (places[-1].path, places[-1].end) == (row.path, row.first):
                places[-1] = places[-1]._replace(end=row.first + row.repeat)
            else:
                places.append(Places(row.path, row.first, row.first + row.repeat))
    found: dict[tuple[Places, ...], list[Call]] = {}
    for (_, steps), places in where.items():
        found.setdefault(tuple(places), []).extend(calls(steps))
    return [Group(places, tuple(inside)) for places, inside in sorted(found.items(), key=lambda each: bool(each[0]))]


def _bundles(steps: Sequence[Step]) -> list[tuple[Step, ...]]:
    """Bundle the steps whose order matters: those of one container, where a new name may be another's old one."""
    bundles: list[tuple[set[str], list[Step]]] = []
    for step in steps:
        touched = {_container(path) for path in (step.source, step.target, *(each.path for each in step.absorbed))}
        same = [bundle for bundle in bundles if bundle[0] & touched]
        names = touched.union(*(bundle[0] for bundle in same))
        inside = [one for bundle in same for one in bundle[1]]
        bundles = [bundle for bundle in bundles if bundle not in same]
        bundles.append((names, [*inside, step]))
    return [tuple(inside) for _, inside in bundles]


def _container(path: str) -> str:
    """Return the first name of a path; the whole of one outside containers."""
    return path.partition(".")[0]
