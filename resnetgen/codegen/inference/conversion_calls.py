"""The steps of a recipe as calls of functions, and the blocks for which the same are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from resnetgen.codegen.inference.conversion import How, Recipe, Step
from resnetgen.ops.folding import ChannelMap, Prepared


class Call(NamedTuple):
    """A call for the operator whose tensors are at `path`.

    `other` is the path of what it takes in, or its own new one where it is renamed; `map` what that does to each
    channel, `prepared` what is done to its weight alone. `axes` is how many the weight has.
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
    """Blocks in a row of a stage: the stage's path, the numbers of the first and of the one after the last."""

    path: str
    first: int
    end: int


class Group(NamedTuple):
    """What is done for each block in some places; outside of the stages there are none, and it is done once."""

    places: tuple[Places, ...]
    calls: tuple[Call, ...]


def calls(steps: Sequence[Step]) -> Iterator[Call]:
    """The calls for some steps, in order."""
    for step in steps:
        bias = step.bias
        if step.prepared is not None:
            yield Call("prepare", step.source, prepared=step.prepared, axes=step.axes)
        for each in step.taken:
            yield Call(each.how.value, step.source, each.path, each.map, None, bias, each.groups, step.axes)
            bias = bias or each.how is not How.SCALE
        if step.source != step.target:
            yield Call("rename", step.source, step.target, tensors=step.tensors, ignored=step.ignored)


def groups(recipe: Recipe) -> list[Group]:
    """What is to be done, and where: blocks for which the same is done are together, however many there are."""
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
    """The steps, those together whose order matters: of what is in one container, where names may be another's old."""
    bundles: list[tuple[set[str], list[Step]]] = []
    for step in steps:
        touched = {_container(path) for path in (step.source, step.target, *(each.path for each in step.taken))}
        same = [bundle for bundle in bundles if bundle[0] & touched]
        names = touched.union(*(bundle[0] for bundle in same))
        inside = [one for bundle in same for one in bundle[1]]
        bundles = [bundle for bundle in bundles if bundle not in same]
        bundles.append((names, [*inside, step]))
    return [tuple(inside) for _, inside in bundles]


def _container(path: str) -> str:
    """The first name of a path, or all of one that is in no container."""
    return path.partition(".")[0]
