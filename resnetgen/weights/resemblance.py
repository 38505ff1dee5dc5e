"""The networks of the collection that a file of weights resembles, under whatever names.

Networks are compared by how often each shape of a tensor occurs: names, order, prefixes and containers do not matter.
The nearest ones are then compiled and compared by names too, which tells what differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from resnetgen.compiler import Compiled, compile_source
from resnetgen.errors import WeightsError
from resnetgen.source.collection import shipped
from resnetgen.weights.collection_tensors import NetworkTensors, collection_tensors
from resnetgen.weights.differences import Differences, differences
from resnetgen.weights.file_contents import COUNTER, FileContents, Shapes
from resnetgen.weights.fit import FileChoice, Fit, fit

MIN_SHARE = 0.5
"""The least share of shapes in common, of all shapes, at which a network is near."""

MOST_TENSORS = 10_000
"""A file of more tensors is not compared with the collection, whose largest network has 1,500."""

MIN_EQUAL = 0.25
"""The least share of tensors with the shape of a network at which one with mostly the same names is near."""

_DEEPEST = 6
"""The most modules around a network that are searched."""

_COMPARED = 8
"""The most networks that are compared by names."""

_Counts = Counter[tuple[int, ...]]


class Resemblance(NamedTuple):
    """A network of the collection, the share of shapes that it has in common with a file, and how the file fits.

    `alike` are the other networks of the collection with the same tensors: what differs in them, such as a stride, no
    file of weights tells.
    """

    network: str
    share: float
    fit: Fit
    differences: Differences
    alike: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Tell whether nothing differs but what values of `--set` make up for."""
        return self.differences.total == self.differences.mended

    @property
    def is_near(self) -> bool:
        """Tell whether the network is more than one of the same names with other widths."""
        same, reshaped = self.fit.fits, len(self.differences.reshaped)
        needed = same + reshaped + len(self.differences.missing)
        return 2 * (same + reshaped) <= needed or same >= MIN_EQUAL * needed

    @property
    def nearness(self) -> tuple[float, ...]:
        """The numbers by which the nearest network is the first."""
        found = self.differences
        return found.total - found.mended, len(found.settings), self.fit.renames, -self.share


def resemblances(contents: FileContents, choice: FileChoice, most: int) -> list[Resemblance]:
    """Return the networks that a file resembles, the nearest first.

    Args:
        contents: the state dicts of the file.
        choice: what the user says of it.
        most: the most networks.

    Raises:
        WeightsError: several things in the part that the user chose fit a network equally well.
    """
    parts = [part for each in contents.state_dicts if len(each.shapes) <= MOST_TENSORS for part in _parts(each.shapes)]
    groups: dict[tuple[object, ...], list[tuple[float, str]]] = {}
    for share, name, tensors in _ranked(parts):
        groups.setdefault(tuple(tensors.entries), []).append((share, name))
    nearest = sorted(groups.values(), key=lambda group: -group[0][0])[: max(most, _COMPARED)]
    found: list[Resemblance] = []
    for (share, name), *others in nearest:
        if sum(each.fits for each in found) >= most and share < found[-1].share:
            break  # those with less in common are farther
        compiled = compile_source(shipped(name))
        alike = tuple(other for _, other in others)
        fits = _fits(compiled, contents, choice)
        found += (Resemblance(name, share, each, differences(compiled, each), alike) for each in fits)
    return sorted((each for each in found if each.is_near), key=lambda each: each.nearness)[:most]


def _fits(compiled: Compiled, contents: FileContents, choice: FileChoice) -> Iterator[Fit]:
    """Yield how a file fits a network; where several parts fit equally well, how the first of them does.

    Raises:
        WeightsError: the user chose a part, and several in it fit equally well.
    """
    try:
        yield fit(compiled, contents, choice)
    except WeightsError as error:
        if choice.key:
            if error.code:
                raise
            return  # no part of this name fits
        for each in contents.state_dicts:
            yield from _first_fit(compiled, FileContents((each,)), each.shapes)


def _first_fit(compiled: Compiled, contents: FileContents, shapes: Shapes) -> Iterator[Fit]:
    for key in dict.fromkeys(name.partition(".")[0] for name in shapes):
        try:
            yield fit(compiled, contents, FileChoice(key))
        except WeightsError:
            continue
        return


def _ranked(parts: list[_Counts]) -> Iterator[tuple[float, str, NetworkTensors]]:
    """Yield the networks that are near to a part of a file, each with the share of shapes in common."""
    for name, tensors in collection_tensors().items() if parts else ():
        share = max(_share(tensors.counts, part) for part in parts)
        if share >= MIN_SHARE:
            yield share, name, tensors


def _share(own: _Counts, other: _Counts) -> float:
    common = (own & other).total()
    return common / (own.total() + other.total() - common)


def _parts(shapes: Shapes) -> Iterator[_Counts]:
    """Yield how often each shape occurs in a state dict, and in each module that has a quarter of its tensors."""
    stored = {name: shape for name, shape in shapes.items() if shape is not None and not name.endswith(COUNTER)}
    prefixes = Counter(prefix for name in stored for prefix in _modules(name))
    for prefix in ("", *(prefix for prefix, count in prefixes.items() if 4 * count >= len(stored))):
        yield Counter(shape for name, shape in stored.items() if name.startswith(prefix))


def _modules(name: str) -> Iterable[str]:
    parts = name.split(".")[:-1]
    return islice(("".join(f"{part}." for part in parts[:count]) for count in range(1, len(parts) + 1)), _DEEPEST)
