"""Sentences about the part of a file that was taken as the network's: what was unwrapped, renamed and left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.fit import Fit
from resnetgen.weights.preferred import OPTION
from resnetgen.weights.subtree import WRAPPERS


def notes(found: Fit, path: str, way: str = OPTION) -> Iterator[str]:
    """Yield a sentence about each thing that was unwrapped in a file, but for the prefix of names.

    Args:
        found: the part of the file.
        path: the file.
        way: what takes another part, with {} for its path.
    """
    if found.layout:
        yield f"read the names in {path} as those of `{found.layout}`"
    inside = wrappers_inside(found)
    if inside:
        yield f"ignored {', '.join(f'`{each}`' for each in inside)} inside tensor names in {path}"
    yield from found.remarks
    if found.constants:
        norms = len({name.rpartition(".")[0] for name in found.constants})
        yield f"set the mean to 0 and the variance to 1 - eps in {norms:,} norms, which only scale and shift in {path}"
    if found.stored.keys:
        yield f"read the state dict under `{clip(found.stored.path, 80)}` in {path}"
    yield from found.stored.remarks
    if found.copies:
        yield copies_note(found.copies, path, way)
    if found.beside and found.is_whole:
        yield beside_note(found.beside, path)


def wrappers_inside(found: Fit) -> list[str]:
    """Return the wrappers of modules inside the network, which names in a file have after the prefix."""
    parts = (name.removeprefix(found.prefix).split(".") for here, name in found.sources.items() if here != name)
    return [each for each in dict.fromkeys(part for each in parts for part in each) if each in WRAPPERS]


def copies_note(copies: Sequence[str], path: str, way: str = OPTION) -> str:
    """Return the sentence about other parts of a file that fit as well as the one that is taken."""
    named = ", ".join(f"`{clip(each, 80)}`" for each in copies)
    fit = "fits" if len(copies) == 1 else "fit"
    return f"{named} in {path} {fit} as well; to take it: {way.format(copies[0])}"


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
    known = [WRAPPERS[part] for part in found.prefix.split(".") if part in WRAPPERS]
    origin = f", which {' and '.join(known)} {'puts' if len(known) == 1 else 'put'} there" if known else ""
    shown = clip(found.prefix)
    return f"ignored the prefix `{shown}` of the tensor names in {path}{origin}; `load_state_dict` wants it removed"
