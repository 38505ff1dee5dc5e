"""Sentences about the part of a file that was taken as the network's: what was unwrapped, renamed and left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.fit import Fit
from resnetgen.weights.subtree import WRAPPERS


def notes(found: Fit, path: str) -> Iterator[str]:
    """Yield a sentence about each thing that was unwrapped in a file, but for the prefix of names.

    Args:
        found: the part of the file.
        path: the file.
    """
    if found.layout:
        yield f"read the names in {path} as those of `{found.layout}`"
    yield from found.remarks
    if found.constants:
        norms = len({name.rpartition(".")[0] for name in found.constants})
        yield f"set the mean to 0 and the variance to 1 - eps in {norms:,} norms, which only scale and shift in {path}"
    if found.stored.keys:
        yield f"read the state dict under `{clip(found.stored.path, 80)}` in {path}"
    yield from found.stored.remarks
    if found.copies:
        yield copies_note(found.copies, path)
    if found.beside and found.is_whole:
        yield beside_note(found.beside, path)


def copies_note(copies: Sequence[str], path: str) -> str:
    """Return the sentence about other parts of a file that fit as well as the one that is taken."""
    named = ", ".join(f"`{clip(each, 80)}`" for each in copies)
    return f"{named} in {path} {'fits' if len(copies) == 1 else 'fit'} as well; to take it: --weights-key {copies[0]}"


def beside_note(names: Sequence[str], path: str) -> str:
    """Return the sentence about tensors of a file that are not the network's."""
    return f"left out {_others(names)} of {path}: {_some(names)}"


def _others(names: Sequence[str]) -> str:
    return "another tensor" if len(names) == 1 else f"{len(names):,} other tensors"


def _some(names: Iterable[str]) -> str:
    first, *others = names
    return f"`{clip(first, 80)}`" + (f" and {len(others):,} more" if others else "")


def prefix_note(found: Fit, path: str) -> str:
    """Return the sentence about a prefix that was ignored in a file, with what puts it there where that is known."""
    known = WRAPPERS.get(found.prefix.rstrip(".").rpartition(".")[2], "")
    origin = f", which {known} puts there" if known else ""
    shown = clip(found.prefix)
    return f"ignored the prefix `{shown}` of the tensor names in {path}{origin}; `load_state_dict` wants it removed"
