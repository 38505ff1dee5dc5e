"""Find the only word that a misspelled one can mean, for fixes that are applied without asking.

`diagnostics/suggestions.py` asks a question and may be wrong. A word found here is written to the file, so it must be
certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from resnetgen.diagnostics.model import Part, Place, Suggestion
from resnetgen.source.yaml_scalars import resolve_plain

_MAX_WORD = 60
"""The most characters of a word that is considered; no word of the language is longer."""

_MAX_KNOWN = 10_000
"""The most characters of all known words. A spec may define more, and comparing them would take too long."""

_MIN_WORD = 3
"""The fewest characters of a word that counts as misspelled: with two letters, one edit proves nothing."""

_MAX_EDITS = 2
"""The largest edit distance that is computed."""

_LONG_WORD = 6
"""From this length on, a word at distance two still counts as misspelled."""


def unambiguous_match(value: object, known: Iterable[str], aka: Mapping[str, str] | None = None) -> str:
    """Return the only known word that a value can mean, or an empty string.

    The first of these that applies decides: `aka` maps the value to a word; a single word differs only in case or in
    `-` for `_`; a single word differs by two swapped neighbours; a single word is nearest by edit distance, at most
    one, or two for long words. Digits are never edited: `resnet51` does not mean `resnet50`.
    """
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_WORD:
        return ""
    known = dict.fromkeys(known)
    if sum(map(len, known)) > _MAX_KNOWN:
        return ""
    candidates = [word for word in known if len(word) <= _MAX_WORD and resolve_plain(word) == word]
    folded = _normalize(value)
    if aka and folded in aka:
        return aka[folded]
    return _only_match(folded, tuple(candidates))


@lru_cache(maxsize=1024)
def _only_match(folded: str, candidates: tuple[str, ...]) -> str:
    """Return the only candidate that a word can mean; the same mistake may stand at thousands of places."""
    for matches in (_is_same, _is_transposed):
        found = [word for word in candidates if matches(folded, word)]
        if found:
            return found[0] if len(found) == 1 else ""
    return _unique_nearest(folded, candidates)


def replacement(place: Place, word: str) -> Suggestion | None:
    """Return the suggestion that writes a word, or another scalar in plain YAML, at a place; None for no word."""
    if not word:
        return None
    renames = place.part is Part.KEY and not isinstance(place.path[-1], int)
    return Suggestion(f"rename it to `{word}`" if renames else f"write `{word}`", place, word)


def _normalize(word: str) -> str:
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def _is_same(folded: str, word: str) -> bool:
    return _normalize(word) == folded


def _is_transposed(folded: str, word: str) -> bool:
    """Return whether two neighbouring letters are swapped, in a word of three letters or more."""
    return (
        len(word) >= _MIN_WORD and sorted(folded) == sorted(word.lower()) and edit_distance(folded, word.lower()) == 1
    )


def _unique_nearest(folded: str, words: tuple[str, ...]) -> str:
    """Return the only word within the allowed edits.

    Nothing is returned if another word is as near, even one that is too short for so many edits.
    """
    distances = {word: edit_distance(folded, word.lower()) for word in words if _digits_match(folded, word)}
    near = [word for word, count in distances.items() if count <= _allowed_edits(folded, word)]
    return near[0] if len(near) == 1 and list(distances.values()).count(min(distances.values())) == 1 else ""


def _allowed_edits(folded: str, word: str) -> int:
    return 0 if len(word) < _MIN_WORD else _MAX_EDITS if min(len(folded), len(word)) >= _LONG_WORD else 1


def _digits_match(folded: str, word: str) -> bool:
    """Return whether both words have the same digits; a word without any may have one for a letter inside (`r3lu`)."""
    digits = "".join(filter(str.isdigit, word))
    return digits == "".join(filter(str.isdigit, folded)) or not (digits or folded[-1].isdigit())


def edit_distance(one: str, other: str, limit: int = _MAX_EDITS) -> int:
    """Return the optimal string alignment distance of two words.

    It counts insertions, deletions, substitutions and swaps of neighbours; no letter is edited twice. Distances above
    `limit` are cut off at `limit + 1`.
    """
    infinity = limit + 1
    if abs(len(one) - len(other)) > limit:
        return infinity
    previous: list[int] = []
    row = [min(column, infinity) for column in range(len(other) + 1)]
    for index, letter in enumerate(one, start=1):
        previous, before_previous, row = row, previous, [infinity] * len(row)
        row[0] = min(index, infinity)
        for column in range(max(1, index - limit), min(len(other), index + limit) + 1):  # elsewhere it is more
            folded = other[column - 1]
            steps = min(previous[column] + 1, row[column - 1] + 1, previous[column - 1] + (letter != folded))
            if index > 1 and column > 1 and letter == other[column - 2] and one[index - 2] == folded:
                steps = min(steps, before_previous[column - 2] + 1)
            row[column] = min(steps, infinity)
        if min(row) == infinity:
            return infinity
    return row[-1]
