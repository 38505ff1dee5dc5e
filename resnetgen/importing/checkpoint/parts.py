"""The parts of a file of weights that may be a network: each state dict, and the larger modules in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from resnetgen.errors import WeightsError
from resnetgen.importing.checkpoint.templates import without_counters
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.file_contents import FileContents, Shapes, StoredStateDict
from resnetgen.weights.likely_layout import common_prefix
from resnetgen.weights.preferred import is_inside, listed

MOST_TENSORS = 10_000
"""The most tensors of a state dict that is compared with the collection."""

MOST_MODULES = 8
"""The most modules of a state dict that are tried as a network of their own, the largest first."""

MIN_SHARE = 0.1
"""The least share of the tensors of a state dict that such a module has; of three copies, each has more."""

MIN_TENSORS = 25
"""The fewest tensors of such a module: a block has fewer."""

_DEEPEST = 6
"""The most modules around a network that are searched."""


class Part(NamedTuple):
    """A part of a file: its path with dots, its tensors without counters, and the names of those outside it.

    The names of `shapes` are without `prefix`, that of a module; those of `beside` are as in the state dict.
    """

    path: str
    shapes: Shapes
    prefix: str = ""
    beside: tuple[str, ...] = ()


def whole_parts(contents: FileContents) -> list[Part]:
    """Return the state dicts of a file, the most likely one first."""
    return [
        Part(_path(each, common_prefix(each.shapes)), without_counters(each.shapes))
        for each in contents.state_dicts
        if len(each.shapes) <= MOST_TENSORS
    ]


def modules(contents: FileContents) -> list[Part]:
    """Return the modules in the state dicts of a file that may be networks, the largest of each dict first."""
    return [part for each in contents.state_dicts if len(each.shapes) <= MOST_TENSORS for part in _modules(each)]


def _modules(stored: StoredStateDict) -> list[Part]:
    shapes = without_counters(stored.shapes)
    counts = Counter(prefix for name in shapes for prefix in _prefixes(name))
    largest: dict[tuple[str, int], str] = {}
    for prefix, count in counts.most_common():
        if max(MIN_TENSORS, MIN_SHARE * len(shapes)) <= count < len(shapes):
            parent = next((key for key in largest if key[1] == count and prefix.startswith(key[0])), (prefix, count))
            largest[parent] = prefix  # of modules with the same tensors, the innermost
    found = [_module(stored, shapes, prefix) for prefix in largest.values()]
    return [each for each in found if not all(name[0].isdigit() for name in each.shapes)][:MOST_MODULES]


def _module(stored: StoredStateDict, shapes: Shapes, prefix: str) -> Part:
    inside = {name.removeprefix(prefix): shape for name, shape in shapes.items() if name.startswith(prefix)}
    beside = tuple(name for name in stored.shapes if not name.startswith(prefix))
    return Part(_path(stored, prefix), inside, prefix, beside)


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")[:-1]
    return ["".join(f"{part}." for part in parts[:count]) for count in range(1, min(len(parts), _DEEPEST) + 1)]


def _path(stored: StoredStateDict, prefix: str) -> str:
    return ".".join(filter(None, (stored.path, prefix.rstrip("."))))


def chosen(parts: Sequence[Part], key: str) -> list[Part]:
    """Return the parts that a key of the user names.

    Raises:
        WeightsError: there is none.
    """
    exact = [each for each in parts if each.path == key]
    found = exact or [each for each in parts if is_inside(each.path, key)]
    if not found:
        paths = [path for path in dict.fromkeys(each.path for each in parts) if path]
        help = f"the parts that may be networks are {listed(paths)}" if paths else "choose no part"
        raise WeightsError(f"this file has no part `{clip(key, 60)}` that may be a network", help)
    return found
