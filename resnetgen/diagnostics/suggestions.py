"""The nearest right word to a wrong one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_MAX_WORD = 60
"""Characters of a wrong word that are looked at."""

_MAX_CHARACTERS = 1000
"""Characters of words that are compared with it: of more words, those that begin likest. A spec may have thousands."""


def did_you_mean(value: object, known: Iterable[str], aka: Mapping[str, str] | None = None) -> str:
    """`; did you mean `x`?` where a known word is near to the value, else nothing."""
    word = closest(value, known, aka)
    return f"; did you mean `{word}`?" if word else ""


def closest(value: object, known: Iterable[str], aka: Mapping[str, str] | None = None) -> str:
    """The known word that a value may stand for, whatever its capitals: one like it, or short for it; else nothing."""
    from difflib import get_close_matches

    if not isinstance(value, str):
        return ""
    wanted = value[:_MAX_WORD].lower()
    if aka and wanted in aka:
        return aka[wanted]
    words = {word.lower(): word for word in known}
    if sum(map(len, words)) > _MAX_CHARACTERS:
        likest = sorted(
            words, key=lambda word: (-_common_prefix_length(wanted, word), abs(len(word) - len(wanted)), word)
        )
        words = {word: words[word] for word in likest[: max(1, _MAX_CHARACTERS // len(likest[0]))]}
    close = get_close_matches(wanted, words, n=1, cutoff=0.6) or [
        word for word in words if _is_abbreviation(wanted, word)
    ]
    return words[close[0]] if close else ""


def join_words(words: Iterable[str]) -> str:
    """`a, b, c` for a message; of many, as a spec may have of its own, the first and how many more there are."""
    every = list(words)
    shown = every[: max(1, _MAX_CHARACTERS // max(map(len, every), default=1))]
    more = len(every) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _common_prefix_length(wanted: str, word: str) -> int:
    """How many letters two words have in common at their beginning."""
    return next((place for place, (a, b) in enumerate(zip(wanted, word, strict=False)) if a != b), len(word))


def _is_abbreviation(wanted: str, word: str) -> bool:
    """Whether one of two words is short for the other: `act` for `activation`, `slope` for `negative_slope`."""
    return (len(word) > 2 and wanted.startswith(word)) or (len(wanted) > 2 and wanted in word.split("_"))
