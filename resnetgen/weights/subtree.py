"""The part of a state dict that a network fits: the prefix of its names is found by search, not in a list.

A file may hold the network inside another module (`module.`, `backbone.`, `student.net.`), or several networks of the
same names, such as an encoder and its moving average.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from resnetgen.ops.operator import TensorSpec
from resnetgen.weights.file_contents import Shapes

WRAPPERS = {
    "module": "torch.nn.DataParallel",
    "_orig_mod": "torch.compile",
    "_fsdp_wrapped_module": "FullyShardedDataParallel",
    "_forward_module": "Lightning Fabric",
}
"""Modules around a network that have no tensors of their own, and what puts each there."""

_DEEPEST = 8
"""The most modules around a network that are searched."""


class NamedTensors(Protocol):
    """The tensors of a network by name, its own or those of a library."""

    count: int
    """The number of tensors, without those that PyTorch supplies."""

    def spec(self, name: str) -> TensorSpec | None:
        """Return the facts of the tensor of a name; None where the network has none."""


class Subtree(NamedTuple):
    """The tensors of a state dict whose names have a prefix, mostly the empty one: all.

    `sources` has the name in the state dict of each tensor, by its name without the prefix. `beside` are the names
    that do not belong to it. `fits` counts the tensors with the name and the shape of one in the network, and `found`
    those with the name.
    """

    prefix: str
    sources: Mapping[str, str]
    beside: tuple[str, ...]
    fits: int
    found: int


def subtrees(shapes: Shapes, expected: NamedTensors) -> list[Subtree]:
    """Return the parts of a state dict that the network may be, the one that fits best first; at least one.

    Args:
        shapes: the shapes of the state dict.
        expected: the tensors of the network.
    """
    best = _subtrees(shapes, expected)
    for inside in (True, False):
        sources = {} if best[0].fits == expected.count else _without_wrappers(shapes, inside=inside)
        if sources:
            bare = _subtrees({here: shapes[name] for here, name in sources.items()}, expected)
            best = [_renamed(each, sources) for each in bare] if bare[0].fits > best[0].fits else best
    return best


def _subtrees(shapes: Shapes, expected: NamedTensors) -> list[Subtree]:
    counts = _prefixes(shapes, expected)
    most = max(counts.values(), default=0)
    least = min(len(shapes), expected.count)
    near = [prefix for prefix, count in counts.items() if prefix and 2 * count >= most]
    # Each block of another kind of network may have a few names of this one: too few to look at every other name.
    near = [prefix for prefix in near if 2 * _most_found(prefix, counts) > least]
    found = [_subtree(prefix, shapes, expected) for prefix in ("", *near)]
    # Where only some names have a prefix, the parts with it and without it are the same tensors.
    different: dict[frozenset[tuple[str, str]], Subtree] = {}
    for each in found:
        different.setdefault(frozenset(each.sources.items()), each)
    some = [each for each in different.values() if not each.prefix or 2 * each.found > least]
    return sorted(some, key=lambda each: (-each.fits, -each.found))


def _prefixes(shapes: Shapes, expected: NamedTensors) -> Counter[str]:
    """Return how many names are the network's without a prefix, by that prefix."""
    counts: Counter[str] = Counter()
    for name in shapes:
        parts = name.split(".")
        for index in range(min(len(parts), _DEEPEST + 1)):
            if expected.spec(".".join(parts[index:])) is not None:
                counts["".join(f"{part}." for part in parts[:index])] += 1
                break
    return counts


def _most_found(prefix: str, counts: Counter[str]) -> int:
    """Return a bound on the names that are the network's without a prefix, or without a part of it from the left."""
    parts = prefix.split(".")[:-1]
    return sum(counts["".join(f"{part}." for part in parts[:count])] for count in range(len(parts) + 1))


def _subtree(prefix: str, shapes: Shapes, expected: NamedTensors) -> Subtree:
    sources = {name[len(prefix) :]: name for name in shapes if name.startswith(prefix)}
    beside = []
    for name in [name for name in shapes if not name.startswith(prefix)]:
        here = next((each for each in _nearer(name, prefix) if _lacks(each, sources, expected)), None)
        if here is None:
            beside.append(name)
        else:
            sources[here] = name
    return _counted(Subtree(prefix, sources, tuple(beside), 0, 0), shapes, expected)


def _counted(found: Subtree, shapes: Shapes, expected: NamedTensors) -> Subtree:
    """Return a part with the numbers of its tensors that are the network's."""
    pairs = [(shapes[name], expected.spec(here)) for here, name in found.sources.items()]
    known = [(shape, spec) for shape, spec in pairs if spec is not None and not spec.supplied]
    fits = sum(shape == spec.shape or (shape == (1,) and spec.shape == ()) for shape, spec in known)
    return found._replace(fits=fits, found=len(known))


def _nearer(name: str, prefix: str) -> Iterator[str]:
    """Yield what a name may be that has not the whole prefix: a part of it from the left, or none."""
    parts = prefix.split(".")[:-1]
    for count in range(len(parts) - 1, -1, -1):
        start = "".join(f"{part}." for part in parts[:count])
        if name.startswith(start):
            yield name[len(start) :]


def _lacks(name: str, sources: Mapping[str, str], expected: NamedTensors) -> bool:
    return name not in sources and expected.spec(name) is not None


def _without_wrappers(shapes: Shapes, *, inside: bool) -> dict[str, str]:
    """Return each name by itself without wrappers, whole if another has that name; nothing if no name has one.

    Args:
        shapes: the shapes of the state dict.
        inside: keep the wrappers that a name begins with, which are a prefix.
    """
    bare = {name: _without_wrapper(name, inside) for name in shapes}
    if all(name == here for name, here in bare.items()):
        return {}
    sources: dict[str, str] = {}
    for name, here in bare.items():
        is_free = here not in sources and (here == name or here not in shapes)
        sources[here if is_free else name] = name
    return sources


def _without_wrapper(name: str, inside: bool) -> str:
    parts = name.split(".")
    first = next((index for index, part in enumerate(parts) if part not in WRAPPERS), 0) if inside else 0
    return ".".join(part for index, part in enumerate(parts) if index < first or part not in WRAPPERS)


def _renamed(found: Subtree, names: Mapping[str, str]) -> Subtree:
    """Return a part by the names of the state dict, which it has without wrappers."""
    sources = {here: names[name] for here, name in found.sources.items()}
    return found._replace(sources=sources, beside=tuple(names[name] for name in found.beside))
