"""The meaning of another library's key at a place of a spec."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.spec.foreign_words import FOREIGN_WORDS, ForeignWord

_ELSEWHERE = {
    "spec": "`{}` at the top",
    "stage": "`stages.NAME.{}`",
    "type": "`blocks.NAME.{}`",
    "layer": "`{}` in a layer",
    "stem": "`{}` in a layer of `stem`",
    "any": "",
}
"""The places of targets in words; any other is a key of the spec, and the target a path."""


class Meaning(NamedTuple):
    """The meaning of a key at its place.

    `here` are the keys of the same mapping that it may mean, and `elsewhere` is the place of the right key in words if
    there are none. `paths` are the places of the keys in the data, as far as they are known. `certain` is the one key
    that a fix may write, or empty.
    """

    here: tuple[str, ...]
    elsewhere: str = ""
    paths: tuple[Path, ...] = ()
    certain: str = ""
    note: str = ""

    def question(self) -> str:
        """Return `; did you mean ...?`."""
        words = [f"`{key}`" for key in self.here] or [self.elsewhere]
        *others, last = words
        return f"; did you mean {', '.join(others)} or {last}?" if others else f"; did you mean {last}?"


def foreign_meaning(path: Path, known: Collection[str]) -> Meaning | None:
    """Return the meaning of a key that another library has; None if the table has no such key.

    Args:
        path: the place of the key.
        known: the keys that are allowed there.
    """
    row = _rows().get(str(path[-1])[:60].lower().replace("-", "_"))
    if row is None:
        return None
    around = places(path[:-1])
    targets = [(place, key) for place, _, key in (target.partition(".") for target in row.targets)]
    here = tuple(dict.fromkeys(key for place, key in targets if place in around and key in known))
    if here:
        certain = here[0] if row.same and len(here) == 1 else ""
        return Meaning(here, "", tuple((*path[:-1], key) for key in here), certain, row.note)
    place, key = next(each for each in targets if each[0] != "any")
    elsewhere = _ELSEWHERE.get(place, f"`{place}.{{}}`").format(key)
    return Meaning((), elsewhere, () if place in _ELSEWHERE else ((place, key),), "", row.note)


def places(owner: Path) -> tuple[str, ...]:
    """Return the places of the table that a mapping is, by its path in a spec."""
    if not owner:
        return ("spec",)
    if isinstance(owner[-1], int):
        if len(owner) > 1 and owner[-2] == "blocks":
            return ("any", "stage", "block")
        return ("any", "layer", "stem") if owner[0] == "stem" else ("any", "layer")
    match owner:
        case ("stages", _):
            return ("any", "stage", "block")
        case ("blocks", _):
            return ("any", "type", "block")
        case ("heads", _):
            return ("any", "head")
    return ("any", str(owner[-1]))


@cache
def _rows() -> dict[str, ForeignWord]:
    return {row.word: row for row in FOREIGN_WORDS}
