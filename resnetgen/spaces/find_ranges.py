"""Find the ranges in the data of a space, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from resnetgen.diagnostics.model import Diagnostic, Fault, Part, Path, Place
from resnetgen.diagnostics.suggestions import closest
from resnetgen.errors import SpaceError
from resnetgen.source.extends import Document
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.spaces.constraints import AT
from resnetgen.spaces.ranges import BESIDE, KINDS, Range, kind_of
from resnetgen.spaces.ranges.regnet_line import LINE
from resnetgen.spaces.ranges.values import Continuous, Discrete


def is_space(data: object) -> bool:
    """Tell whether the data of a file that is no valid spec is that of a space: it has constraints, or a range.

    Names of a user may be words of ranges: a width may be called `same`. So the value has to be that of a range, too.
    """
    return isinstance(data, dict) and (AT[0] in data or any(map(_has_range, data.values())))


def _has_range(data: object) -> bool:
    if isinstance(data, dict) and (isinstance(data.get(kind_of(data)), list) or "regnet_line" in data):
        return True
    return any(_has_range(value) for _, value in _items(data))


def extended_space(document: Document) -> Diagnostic | None:
    """Return the fault of a document that extends a space, directly or not; None if it does not."""
    for spec, base in pairwise(document.sources):
        if is_space(base.data):
            help = "extend a candidate that `resnetgen sweep` draws from it, or what it extends itself"
            message = f"`{base.text.name}` is a design space, which has no network of its own"
            return Document(spec.data, (spec,)).diagnose(Fault("RG118", message, Place(("extends",)), help=help))
    return None


class Found(NamedTuple):
    """The ranges of a space by path, in the order of the file; what is wrong with others, and the names of these."""

    ranges: dict[Path, Range]
    faults: list[Fault]
    lost: set[str]


def find_ranges(data: dict[str, Any]) -> Found:
    """Find the ranges in what a space writes of its spec."""
    faults: list[Fault] = []
    lost: set[str] = set()
    ranges = dict(_ranges_in(data, (), faults, lost))
    names = lost | {each.name for each in ranges.values() if isinstance(each, Continuous | Discrete) and each.name}
    for fault, written in _misspelt(data, (), names):
        faults = [each for each in faults if each.at.path != fault.at.path[:-1]]  # a line says the same of its numbers
        faults.append(fault)
        lost.update(_names_in(written))
    faults += _nested(data, (), names)
    return Found(ranges, faults, lost)


def _ranges_in(data: object, path: Path, faults: list[Fault], lost: set[str]) -> Iterator[tuple[Path, Range]]:
    """Yield the ranges in data with their paths, and add the faults and the names of those that are wrong."""
    if kind := kind_of(data):
        assert isinstance(data, dict)
        try:
            yield path, KINDS[kind].read(data, path)
        except SpaceError as error:
            faults.extend(error.faults)
            lost.update(_names_in(data))
            return
        if kind != "regnet_line":  # which has ranges of its own inside, and the stages beside it may
            return
    for key, value in _items(data):
        yield from _ranges_in(value, (*path, key), faults, lost)


def _misspelt(data: object, path: Path, names: Collection[str]) -> Iterator[tuple[Fault, dict[Any, Any]]]:
    """Yield a fault for each mapping that is a range but for a typo in its key, such as `{rnage: [1, 4]}`, and it."""
    for key, value in _items(data):
        word = closest(key, tuple(KINDS)) if isinstance(data, dict) and key not in KINDS else ""
        if isinstance(data, dict) and set(data) - {key} <= BESIDE and _is_like(word, value, names):
            place = Place((*path, key), Part.KEY)
            fix = replacement(place, unambiguous_match(key, tuple(KINDS)))
            message = f"unknown key `{key}`; did you mean `{word}`?"
            yield Fault("RG201", message, place, help=f"write `{word}` for a range", fix=fix), data
        yield from _misspelt(value, (*path, key), names)


def _nested(data: object, path: Path, names: Collection[str], is_inside: bool = False) -> Iterator[Fault]:
    """Yield a fault for each range in a value of another one."""
    kind = kind_of(data)
    if is_inside and isinstance(data, dict) and _is_like(kind, data.get(kind), names):
        help = "write out the values of the inner one, or give a key beside it a range of its own"
        yield Fault("RG209", "a range cannot stand in another one", Place(path), help=help)
        return
    for key, value in _items(data):
        yield from _nested(value, (*path, key), names, is_inside or kind == "choice")


def _names_in(data: dict[Any, Any]) -> Iterator[str]:
    """Yield the name of a range; of a line, those of the ranges in it."""
    line = data.get("regnet_line")
    for each in (data, *(line.values() if isinstance(line, dict) else ())):
        if isinstance(each, dict) and isinstance(name := each.get("as"), str):
            yield name


def _is_like(kind: str, value: object, names: Collection[str]) -> bool:
    """Tell whether a value is like one of a kind of range, which no other key has; False for no kind."""
    if kind == "same":
        return isinstance(value, str) and value in names
    if kind == "regnet_line":
        return isinstance(value, dict) and not LINE.keys().isdisjoint(value)
    return bool(kind) and isinstance(value, list)


def _items(data: object) -> Iterator[tuple[Any, Any]]:
    """Yield the steps into a mapping or a list, with what is there."""
    yield from data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
