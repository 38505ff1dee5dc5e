"""The one word that a misspelt one can only have meant, for mends that need nobody to ask.

`diagnostics/suggestions.py` asks a question, and may be wrong. What is said here is done, so a doubt means nothing is
said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from resnetgen.diagnostics.model import Part, Place, Suggestion
from resnetgen.source.yaml_scalars import resolve_plain

_MAX_WORD = 60
"""Characters of a word that is looked at; no word of the language is longer."""

_MAX_KNOWN = 10_000
"""Characters of known words; where a spec has more of its own, to compare them all would take too long."""

_MIN_WORD = 3
"""Characters of a word that may be taken for a misspelt one: of two letters, one more is as good as another."""

_MAX_EDITS = 2
"""Slips that are counted."""

_LONG_WORD = 6
"""Characters of a word from which on two slips are still a misspelling of it."""


def unambiguous_match(value: object, known: Iterable[str], aka: Mapping[str, str] | None = None) -> str:
    """The known word that a value can only mean, else nothing.

    It is one that `aka` gives as another's word for it; or the only one that differs by capitals, or by `-` for `_`; or
    else by two letters next to each other that changed places; or else by a slip, two in a long word. Digits are no
    slips: `resnet51` is not `resnet50`.
    """
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_WORD:
        return ""
    known = dict.fromkeys(known)
    if sum(map(len, known)) > _MAX_KNOWN:
        return ""
    words = [word for word in known if len(word) <= _MAX_WORD and resolve_plain(word) == word]
    wanted = _normalize(value)
    if aka and wanted in aka:
        return aka[wanted]
    for is_alike in (_is_same, _is_transposed):
        alike = [word for word in words if is_alike(wanted, word)]
        if alike:
            return alike[0] if len(alike) == 1 else ""
    return _unique_nearest(wanted, words)


def replacement(place: Place, word: str) -> Suggestion | None:
    """The mend that writes a word, or another scalar in plain YAML, at a place; None where there is no word."""
    if not word:
        return None
    renames = place.part is Part.KEY and not isinstance(place.path[-1], int)
    return Suggestion(f"rename it to `{word}`" if renames else f"write `{word}`", place, word)


def _normalize(word: str) -> str:
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def _is_same(wanted: str, word: str) -> bool:
    return _normalize(word) == wanted


def _is_transposed(wanted: str, word: str) -> bool:
    """Whether two neighbours changed places, which no one does on purpose; in a word of two letters, who knows."""
    return (
        len(word) >= _MIN_WORD and sorted(wanted) == sorted(word.lower()) and edit_distance(wanted, word.lower()) == 1
    )


def _unique_nearest(wanted: str, words: list[str]) -> str:
    """The only word within a few slips, where no other is as near, be it one that is too short for so many."""
    away = {word: edit_distance(wanted, word.lower()) for word in words if _digits_match(wanted, word)}
    near = [word for word, count in away.items() if count <= _allowed_edits(wanted, word)]
    return near[0] if len(near) == 1 and list(away.values()).count(min(away.values())) == 1 else ""


def _allowed_edits(wanted: str, word: str) -> int:
    return 0 if len(word) < _MIN_WORD else _MAX_EDITS if min(len(wanted), len(word)) >= _LONG_WORD else 1


def _digits_match(wanted: str, word: str) -> bool:
    """Whether both have the same digits; a word with none may have one for a letter, as `r3lu`, but not behind it."""
    digits = "".join(filter(str.isdigit, word))
    return digits == "".join(filter(str.isdigit, wanted)) or not (digits or wanted[-1].isdigit())


def edit_distance(one: str, other: str, most: int = _MAX_EDITS) -> int:
    """How many letters are to be added, left out, replaced or swapped with the next to get from one word to another.

    The optimal string alignment distance: no letter is changed twice. Where it is more than `most`, it is not counted
    on, and only one more is given.
    """
    beyond = most + 1
    before: list[int] = []
    row = [min(place, beyond) for place in range(len(other) + 1)]
    for index, letter in enumerate(one, start=1):
        before, last, row = row, before, [beyond] * len(row)
        row[0] = min(index, beyond)
        for place in range(max(1, index - most), min(len(other), index + most) + 1):  # elsewhere it is more
            wanted = other[place - 1]
            steps = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != wanted))
            if index > 1 and place > 1 and letter == other[place - 2] and one[index - 2] == wanted:
                steps = min(steps, last[place - 2] + 1)
            row[place] = min(steps, beyond)
        if min(row) == beyond:
            return beyond
    return row[-1]
