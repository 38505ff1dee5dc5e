"""Find the network's tensors in a file: in which state dict, under which prefix, by the names of which layout.

`check`, `export` and `weights convert` all read files through `fit`, so each accepts what the others do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from resnetgen.compiler import Compiled
from resnetgen.errors import WeightsError
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.file_contents import FileContents, Shapes, StoredStateDict
from resnetgen.weights.preferred import is_taken_before
from resnetgen.weights.subtree import WRAPPERS, Subtree, subtrees

MAX_NAMED = 8
"""The most parts of a file that a message names."""


class FileChoice(NamedTuple):
    """What a user says of a file: `key` is the part to take, empty for the one that fits best."""

    key: str = ""


ANY = FileChoice()


class Fit(NamedTuple):
    """The part of a file that fits a network best.

    `shapes` and `sources` have the shape of each tensor, and its name in the state dict, by its name in the network;
    what the network does not have keeps its name, without the prefix. `beside` are names outside the part. `copies`
    are the parts that fit as well, which are not taken. `is_whole` tells whether no tensor of the network is missing
    and each has its shape.
    """

    stored: StoredStateDict
    prefix: str
    shapes: Shapes
    sources: Mapping[str, str]
    beside: tuple[str, ...]
    copies: tuple[str, ...] = ()
    is_whole: bool = False

    @property
    def renames(self) -> bool:
        """True if a name in the state dict differs from that in the network."""
        return bool(self.prefix) or any(here != there for here, there in self.sources.items())


class _Candidate(NamedTuple):
    stored: StoredStateDict
    subtree: Subtree

    @property
    def path(self) -> str:
        return ".".join(filter(None, (self.stored.path, self.subtree.prefix.rstrip("."))))


def fit(compiled: Compiled, contents: FileContents, choice: FileChoice = ANY) -> Fit:
    """Return the part of a file that fits a network best, by names and shapes.

    Args:
        compiled: the network.
        contents: the state dicts of the file.
        choice: what the user says of it.

    Raises:
        WeightsError: two parts fit equally well, or there is no such part.
    """
    return fit_tensors(ExpectedTensors(compiled.network), contents, choice)


def fit_tensors(expected: ExpectedTensors, contents: FileContents, choice: FileChoice = ANY) -> Fit:
    """Do what `fit` does, for tensors that were looked up before."""
    found = [_Candidate(each, part) for each in contents.state_dicts for part in subtrees(each.shapes, expected)]
    if choice.key:
        found = _chosen(found, choice.key)
    most = max(each.subtree.fits for each in found)
    equal = [each for each in found if each.subtree.fits == most]
    best, copies = _first(equal, is_network=2 * most > expected.count)
    shapes = best.stored.shapes
    apart = _in_copies(best, copies)
    sources = {here: name for here, name in best.subtree.sources.items() if name not in apart}
    return Fit(
        best.stored,
        best.subtree.prefix,
        {here: shapes[name] for here, name in sources.items()},
        sources,
        (*best.subtree.beside, *apart),
        tuple(each.path for each in copies),
        most == expected.count,
    )


def _in_copies(best: _Candidate, copies: Iterable[_Candidate]) -> dict[str, None]:
    """Return the names of copies that are in the same state dict as a network without a prefix."""
    if best.subtree.prefix:
        return {}
    prefixes = tuple(each.subtree.prefix for each in copies if each.stored is best.stored)
    return dict.fromkeys(name for name in best.subtree.sources.values() if prefixes and name.startswith(prefixes))


def _chosen(found: list[_Candidate], key: str) -> list[_Candidate]:
    """Return the candidates that a key of the user names.

    Raises:
        WeightsError: there is none.
    """
    chosen = [each for each in found if each.path == key] or [each for each in found if _is_inside(each.path, key)]
    if chosen:
        return chosen
    paths = [f"`{path}`" for path in dict.fromkeys(each.path for each in found) if path]
    help = f"the parts of it that may be this network are {_listed(paths)}" if paths else "leave --weights-key out"
    raise WeightsError(f"this file has no part `{clip(key, 60)}` that may be this network", help)


def _is_inside(path: str, key: str) -> bool:
    """Tell whether a path has the names of a key one after another."""
    return f".{key.strip('.')}." in f".{path}."


def _first(equal: list[_Candidate], *, is_network: bool) -> tuple[_Candidate, list[_Candidate]]:
    """Return which of several candidates is taken, and the others.

    Raises:
        WeightsError: nothing tells which.
    """
    if len(equal) == 1 or not is_network:  # for what hardly fits, any will do
        return equal[0], []
    for each in equal:
        others = [other for other in equal if other is not each]
        if all(is_taken_before(each.path, other.path) for other in others):
            return each, others
    paths = [f"`{each.path}`" for each in equal]
    message = f"{len(equal)} parts of this file fit the network equally well: {_listed(paths)}"
    raise WeightsError(message, f"choose one: --weights-key {equal[0].path}", "RG705")


def _listed(paths: list[str]) -> str:
    shown = ", ".join(clip(path, 80) for path in paths[:MAX_NAMED])
    return shown + (f" and {len(paths) - MAX_NAMED} more" if len(paths) > MAX_NAMED else "")


def notes(found: Fit, path: str) -> Iterator[str]:
    """Yield a sentence about each thing that was unwrapped in a file, but for the prefix of names.

    Args:
        found: the part of the file.
        path: the file.
    """
    if found.stored.keys:
        yield f"read the state dict under `{clip(found.stored.path, 80)}` in {path}"
    if found.copies:
        copies = ", ".join(f"`{clip(each, 80)}`" for each in found.copies)
        fit = "fits" if len(found.copies) == 1 else "fit"
        yield f"{copies} in {path} {fit} as well; to take it: --weights-key {found.copies[0]}"
    if found.beside and found.is_whole:
        yield f"left out {_tensors(found.beside)} of {path} beside the network: {_some(found.beside)}"


def _tensors(names: tuple[str, ...]) -> str:
    return "a tensor" if len(names) == 1 else f"{len(names):,} tensors"


def _some(names: Iterable[str]) -> str:
    first, *others = names
    return f"`{clip(first, 80)}`" + (f" and {len(others):,} more" if others else "")


def prefix_note(found: Fit, path: str) -> str:
    """Return the sentence about a prefix that was ignored in a file, with what puts it there where that is known."""
    known = WRAPPERS.get(found.prefix.rstrip(".").rpartition(".")[2], "")
    origin = f", which {known} puts there" if known else ""
    shown = clip(found.prefix)
    return f"ignored the prefix `{shown}` of the tensor names in {path}{origin}; `load_state_dict` wants it removed"
