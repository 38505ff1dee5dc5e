"""The closest known word to an unknown one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

_MAX_WORD = 60
"""The most characters of an unknown word that are compared."""

_MAX_CHARACTERS = 1000
"""The most characters of known words that are compared. A spec may define thousands of words; those with the longest
common prefix come first."""


def did_you_mean(value: object, known: Iterable[str], aka: Mapping[str, str] | None = None) -> str:
    """Return "; did you mean `x`?" if a known word is close to the value, else an empty string."""
    word = closest(value, known, aka)
    return f"; did you mean `{word}`?" if word else ""


def closest(value: object, known: Iterable[str], aka: Mapping[str, str] | None = None) -> str:
    """Return the known word closest to a value, ignoring case, or an empty string.

    Args:
        value: the unknown word; anything but a string is close to nothing.
        known: the known words. A word that the value abbreviates, or the reverse, is close too.
        aka: the known words for words of others.
    """
    if not isinstance(value, str):
        return ""
    folded = value[:_MAX_WORD].lower()
    if aka and folded in aka:
        return aka[folded]
    words = {word.lower(): word for word in known}
    if sum(map(len, words)) > _MAX_CHARACTERS:
        candidates = sorted(
            words, key=lambda word: (-_common_prefix_length(folded, word), abs(len(word) - len(folded)), word)
        )
        words = {word: words[word] for word in candidates[: max(1, _MAX_CHARACTERS // len(candidates[0]))]}
    match = _closest(folded, tuple(words))
    return words[match] if match else ""


@lru_cache(maxsize=1024)
def _closest(folded: str, words: tuple[str, ...]) -> str:
    """Return the word closest to another; the same mistake may stand at thousands of places."""
    from difflib import get_close_matches

    matches = get_close_matches(folded, words, n=1, cutoff=0.6)
    return next(iter(matches), next((word for word in words if _is_abbreviation(folded, word)), ""))


def is_numbered(word: str, prefix: str = "RG") -> bool:
    """Return True if a word is the prefix and a number: then it is no misspelling, and no other number is nearer."""
    return word.startswith(prefix) and word[len(prefix) :].isdecimal()


def join_words(words: Iterable[str]) -> str:
    """Join words for a message: `a, b, c`. Of many words only the first are shown, with the number of the others."""
    all_words = list(words)
    shown = all_words[: max(1, _MAX_CHARACTERS // max(map(len, all_words), default=1))]
    left = len(all_words) - len(shown)
    return ", ".join(shown) + (f" and {left:,} more" if left else "")


def any_of(words: Iterable[str]) -> str:
    """Join words of which a user may choose one, for a message: `a, b or c`."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def _common_prefix_length(folded: str, word: str) -> int:
    """Return the length of the common prefix of two words."""
    return next((place for place, (a, b) in enumerate(zip(folded, word, strict=False)) if a != b), len(word))


def _is_abbreviation(folded: str, word: str) -> bool:
    """Return whether one word is short for the other: `act` for `activation`, `slope` for `negative_slope`."""
    return (len(word) > 2 and folded.startswith(word)) or (len(folded) > 2 and folded in word.split("_"))
