"""Offsets as a browser counts them: in UTF-16 code units, of which a character beyond U+FFFF has two."""

from __future__ import annotations


def to_units(text: str, index: int) -> int:
    """Return the code units before a character of a text."""
    before = text[:index]
    return index if before.isascii() else len(before.encode("utf-16-le", "surrogatepass")) // 2


def to_index(text: str, units: int) -> int:
    """Return the character that begins after so many code units; inside a character, its start."""
    if text.isascii():
        return min(max(units, 0), len(text))
    for index, character in enumerate(text):
        if units <= 0:
            return index
        units -= 2 if ord(character) > 0xFFFF else 1
        if units < 0:
            return index
    return len(text)
