"""Characters that are invisible, or that change how others are shown."""

from __future__ import annotations

import re

# What Python calls printable and no screen shows: the joiner of graphemes, fillers, vowels without a sign, selectors of
# variants and the empty braille pattern (Unicode's Default_Ignorable_Code_Point, but for what is unprintable anyway).
_INVISIBLE = "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"


def is_visible(text: str) -> bool:
    """Return whether a text has no control or format characters, lone surrogates or fillers."""
    return text.isprintable() and (text.isascii() or re.search(_INVISIBLE, text) is None)


def escape_invisible(text: str) -> str:
    """Return the text with invisible characters written as Python escapes."""
    return text if is_visible(text) else "".join(map(_escape, text))


def _escape(character: str) -> str:
    return character if is_visible(character) else character.encode("unicode_escape").decode("ascii")
