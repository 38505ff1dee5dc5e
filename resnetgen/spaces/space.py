"""Spaces: read a spec with ranges, and draw specs from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from math import prod
from random import Random
from typing import Any

from resnetgen.compiler import read_document
from resnetgen.diagnostics.model import Diagnostic, Fault, Part, Path, Place
from resnetgen.diagnostics.sorting import sort
from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.errors import SpaceError, SpecError
from resnetgen.frozen import FrozenIdentity
from resnetgen.schema.fields import kind
from resnetgen.source.extends import Document, FindBase, needless_nulls
from resnetgen.source.source import Source
from resnetgen.spaces.constraints import AT, Constraint, increasing_names, read_constraints
from resnetgen.spaces.find_ranges import extended_space, find_ranges
from resnetgen.spaces.increasing import Increasing, increasing
from resnetgen.spaces.merging import Merging
from resnetgen.spaces.ranges import Range
from resnetgen.spaces.ranges.entry import first_repeated
from resnetgen.spaces.ranges.regnet_line import RegNetLine
from resnetgen.spaces.ranges.same import Same
from resnetgen.spaces.ranges.values import Continuous, Discrete

Drawable = Continuous | Discrete

_Tree = dict[int | str, Any]


class Space(FrozenIdentity):
    """A space.

    `source` is its file, `base` what it extends, `patch` what it writes of the spec itself. `ranges` are by path, in
    the order of the file; those in `groups` are drawn together.
    """

    source: Source
    base: Document
    patch: dict[str, Any]
    ranges: dict[Path, Range]
    groups: tuple[Increasing, ...]
    constraints: tuple[Constraint, ...]

    @property
    def name(self) -> str:
        """The name of the space, with which the names of its candidates begin."""
        return str(self.patch["name"])

    def draw(self, seed: int, number: int) -> dict[str, Any] | None:
        """Draw what a candidate writes of its spec.

        Args:
            seed: the seed of the sweep.
            number: the number of the candidate. Each has random numbers of its own.

        Returns:
            The data of the candidate, still with the name of the space; None if its line has another number of stages.
        """
        return self.patch_of(self.values(seed, number))

    def values(self, seed: int, number: int) -> dict[Path, object]:
        """Draw the values of a candidate: one for each range that is not tied to another, by its path."""
        rng = Random(f"{seed}:{number}")
        grouped: dict[str, object] = {}
        for group in self.groups:
            grouped |= zip(group.names, group.draw(rng), strict=True)
        return {path: grouped[each.name] if each.name in grouped else each.draw(rng) for path, each in self.drawable}

    @cached_property
    def drawable(self) -> tuple[tuple[Path, Drawable], ...]:
        """The ranges that values are drawn for, with their paths."""
        return tuple((path, each) for path, each in self.ranges.items() if isinstance(each, Drawable))

    @cached_property
    def _tied(self) -> tuple[tuple[Path, Same], ...]:
        return tuple((path, each) for path, each in self.ranges.items() if isinstance(each, Same))

    @cached_property
    def _lines(self) -> tuple[tuple[Path, RegNetLine], ...]:
        return tuple((path, each) for path, each in self.ranges.items() if isinstance(each, RegNetLine))

    @cached_property
    def _tree(self) -> _Tree:
        """The steps to the values that differ among candidates, nested; each ends in its path."""
        tree: dict[int | str, Any] = {}
        for path in (path for path, each in (*self.drawable, *self._tied)):
            inside = tree
            for step in path[:-1]:
                inside = inside.setdefault(step, {})
            inside[path[-1]] = path
        return tree

    def size(self) -> int | None:
        """Return the number of ways to draw values; None if a range has all numbers between its ends."""
        grouped = {name for group in self.groups for name in group.names}
        alone = [each for _, each in self.drawable if each.name not in grouped or not each.name]
        counts = [0 if isinstance(each, Continuous) else each.count() for each in alone]
        return prod((*counts, *(group.count() for group in self.groups))) or None

    def patch_of(self, values: Mapping[Path, object]) -> dict[str, Any] | None:
        """Return what a candidate of some values writes of its spec.

        Args:
            values: a value for each drawable range.

        Returns:
            The data of the candidate, still with the name of the space; None if its line has another number of stages.
        """
        named = {each.name: values[path] for path, each in self.drawable}
        found = dict(values)
        found |= {path: each.value(named[each.of]) for path, each in self._tied}
        data: Any = _filled(self.patch, self._tree, found)
        for path, each in self._lines:
            stages = each.stages_of(data[path[0]])
            if stages is None:
                return None
            data[path[0]] = stages
        return dict(data)

    def document(self, patch: dict[str, Any]) -> Document:
        """Return what was drawn merged with the base of the space, as `extends` does; positions are in the space."""
        return Document(self._merging(patch), (self.source.replace(data=patch), *self.base.sources[1:]))

    def diagnose(self, fault: Fault) -> Diagnostic:
        """Turn a fault of the space into a diagnostic."""
        return self.base.replace(sources=(self.source, *self.base.sources[1:])).diagnose(fault)

    @cached_property
    def _merging(self) -> Merging:
        return Merging(self.base.data, self.patch, {str(path[0]) for path in self.ranges})


def read_space(source: Source, allow_outside: bool = False, find_base: FindBase | None = None) -> Space:
    """Read a space.

    Args:
        source: its file.
        allow_outside: let it extend files outside its project.
        find_base: finds what it extends; by default in files and in the collection.

    Raises:
        SpecError: the space or a base is wrong.
    """
    inherits = {key: value for key, value in source.data.items() if key == "extends"}
    base = read_document(source.replace(data=inherits), allow_outside, find_base)
    if (found := extended_space(base)) is not None:
        raise SpecError((found,))
    located = Document(source.data, (source, *base.sources[1:]))
    patch = {key: value for key, value in source.data.items() if (key,) != AT}
    own = {key: value for key, value in patch.items() if key != "extends"}
    faults = list(needless_nulls(base.data, own))
    if "name" in own and not isinstance(own["name"], str):
        faults.append(Fault("RG203", f"`name` must be text, not {kind(own['name'])}", Place(("name",))))
    elif "name" not in own:
        faults.append(Fault("RG202", "the space needs the key `name`", Place(("name",), Part.KEY)))
    ranges, wrong, lost = find_ranges(patch)
    faults += wrong
    constraints, groups = [], []
    if AT[0] in source.data:
        constraints = read_constraints(source.data[AT[0]], faults)
        groups = _groups(source.data[AT[0]], ranges, faults, lost)
    faults += _name_faults(ranges, lost)
    if not ranges and not faults:
        help = "write one in place of a value, such as channels: {range: [32, 512], step: 8}"
        faults.append(Fault("RG117", "this space has no range", Place(()), help=help))
    if faults:
        raise SpecError(sort(map(located.diagnose, faults)))
    return Space(source, base, patch, ranges, tuple(groups), tuple(constraints))


def _name_faults(ranges: dict[Path, Range], lost: Set[str]) -> Iterator[Fault]:
    """Yield the faults of names: given twice, unknown, or tied to what has no multiple; `lost` are of wrong ranges."""
    named = _named(ranges)
    names = [each.name for each in ranges.values() if isinstance(each, Drawable) and each.name]
    if repeated := first_repeated(names):
        paths = [path for path, each in ranges.items() if isinstance(each, Drawable) and each.name == repeated]
        message = f"two ranges have the name `{repeated}`; write `same: {repeated}` for equal values"
        yield Fault("RG205", message, Place((*paths[1], "as")), related=((Place((*paths[0], "as")), "the other"),))
    for path, each in ranges.items():
        if isinstance(each, Same) and each.of in lost:
            continue
        if isinstance(each, Same) and each.of not in named:
            yield _unknown_name(each.of, (*path, "same"), named)
        elif isinstance(each, Same) and each.times is not None and named[each.of].bounds() is None:
            yield Fault("RG209", f"`{each.of}` is no number, so it has no multiple", Place((*path, "times")))


def _named(ranges: dict[Path, Range]) -> dict[str, Drawable]:
    return {each.name: each for each in ranges.values() if isinstance(each, Drawable) and each.name}


def _unknown_name(name: str, at: Path, named: dict[str, Drawable]) -> Fault:
    message = f"no range has the name `{name}`{did_you_mean(name, named)}"
    return Fault("RG206", message, Place(at), help="give the range its name with `as`")


def _groups(constraints: Any, ranges: dict[Path, Range], faults: list[Fault], lost: Set[str]) -> list[Increasing]:
    """Return the ranges that increase, and add the faults of those that cannot."""
    named = _named(ranges)
    found: list[Increasing] = []
    taken: set[str] = set()
    try:
        for path, names in increasing_names(constraints if isinstance(constraints, dict) else {}):
            if not lost.isdisjoint(names):
                continue
            wrong = [*_wrong_names(path, names, named, taken)]
            taken.update(names)
            group = None if wrong else increasing(_discrete(names, named))
            if group is None and not wrong:
                message = f"no values of {', '.join(names)} increase in this order"
                wrong.append(Fault("RG209", message, Place(path), help="change their order or their ranges"))
            faults += wrong
            found += [group] if group is not None else []
    except SpaceError as error:
        faults.extend(error.faults)
    return found


def _wrong_names(path: Path, names: Sequence[str], named: dict[str, Drawable], taken: set[str]) -> Iterator[Fault]:
    repeated = first_repeated(names)
    for index, name in enumerate(names):
        at = (*path, index)
        if name not in named:
            yield _unknown_name(name, at, named)
        elif isinstance(named[name], Continuous) or named[name].bounds() is None:
            yield Fault("RG209", f"`{name}` has no steps to increase in", Place(at), help="give its range a `step`")
        elif name in taken or (name == repeated and name in names[:index]):
            yield Fault("RG205", f"`{name}` stands in `increasing` twice", Place(at))


def _discrete(names: Sequence[str], named: dict[str, Drawable]) -> list[Discrete]:
    return [each for name in names if isinstance(each := named[name], Discrete)]


def _filled(data: Any, tree: _Tree, values: Mapping[Path, object]) -> Any:
    """Return a copy of data with values at the paths of a tree."""
    copy: Any = list(data) if isinstance(data, list) else dict(data)
    for step, inside in tree.items():
        copy[step] = values[inside] if isinstance(inside, tuple) else _filled(data[step], inside, values)
    return copy
