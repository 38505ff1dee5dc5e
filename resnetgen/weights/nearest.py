"""The network of the collection that a file of weights is nearest to."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from resnetgen.ops.window import by_axis
from resnetgen.weights.collection_tensors import collection_tensors
from resnetgen.weights.file_contents import COUNTER, Shapes

MIN_SHARE = 0.5
"""The least share of names in common, of all names, at which a network is near."""

MIN_EQUAL = 0.25
"""The least share of tensors that are equal in name and shape at which a network is suggested."""

MOST_TENSORS = 10_000
"""A file of more tensors is not compared with the collection, whose largest network has 1,500."""


class Nearest(NamedTuple):
    """A network of the collection, how many tensors it has in common with a file, and the first difference."""

    name: str
    equal: int
    total: int
    difference: str

    def words(self) -> str:
        """Return a sentence for a message."""
        if not self.difference:
            return f"the file fits `{self.name}`, which ships"
        same = f"{self.equal:,} of {self.total:,} tensors are equal in name and shape"
        if self.equal < MIN_EQUAL * self.total:
            return f"the nearest shipped network, `{self.name}`, shares only {self.equal:,} of {self.total:,} tensors"
        return f"the nearest network that ships is `{self.name}`: {same}, and {self.difference}"


@cache
def first_blocks() -> tuple[str, ...]:
    """Return the beginnings of names in the first block of every network that ships.

    A file without such names resembles none.
    """
    return tuple({tensors.first_block for tensors in collection_tensors().values()})


def nearest(stored: Shapes) -> Nearest | None:
    """Return the nearest network that ships, or None if there is none with most of the names.

    Returns:
        The network with the most tensors of equal name and shape, among those that have at least half of the names;
        None if there are no such tensors.
    """
    if len(stored) > MOST_TENSORS or not any(name.startswith(first_blocks()) for name in stored):
        return None
    stored = {name: shape for name, shape in stored.items() if not name.endswith(COUNTER)}
    best: tuple[tuple[float, ...], str, Shapes] | None = None
    for name, tensors in collection_tensors().items():
        needed = tensors.shapes
        common = stored.keys() & needed.keys()
        share = len(common) / max(len(stored.keys() | needed.keys()), 1)
        if share < MIN_SHARE:
            continue
        score = (sum(stored[key] == needed[key] for key in common), share)
        if best is None or score > best[0]:
            best = score, name, needed
    if best is None or not best[0][0]:
        return None
    return _described(best[1], stored, best[2])


def _described(name: str, stored: Shapes, needed: Shapes) -> Nearest:
    equal = sum(stored[key] == shape for key, shape in needed.items() if key in stored)
    total = len(stored.keys() | needed.keys())
    return Nearest(name, equal, total, _difference(stored, needed))


def _difference(stored: Shapes, needed: Shapes) -> str:
    """Return the first difference, in the order of the network and then of the file, empty if there is none."""
    for key, shape in needed.items():
        if key not in stored:
            return f"the file lacks `{key}`"
        if stored[key] != shape:
            return f"`{key}` is {_format(stored[key])} in the file and {_format(shape)} in that network"
    extra = next((key for key in stored if key not in needed), "")
    return f"the file also has `{extra}`" if extra else ""


def _format(shape: tuple[int, ...] | None) -> str:
    return "no tensor" if shape is None else by_axis(shape) or "a scalar"
