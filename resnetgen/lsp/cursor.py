"""The context of the cursor in a spec, from which completion starts."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.lsp.tolerant_yaml.block import parse_tolerant


class Cursor(NamedTuple):
    """The cursor in a key of the mapping at `path`, with `in_key`, or in the value at `path`.

    `word` is what is written of that before the cursor, from the character `start` on. `data` is the whole spec without
    it, and `written` are the other keys of the mapping. `colon` tells whether there is one after the key already, and
    `in_brackets` whether the mapping or the list around it is written in brackets.
    """

    path: Path
    in_key: bool
    word: str
    start: int
    data: object
    written: tuple[str, ...] = ()
    colon: bool = False
    in_brackets: bool = False


def locate_cursor(text: str, place: int) -> Cursor | None:
    """Where the cursor at a place of a text is; None in a comment, or where no spec has anything."""
    found = parse_tolerant(text, place)
    node = found.cursor
    if node is None:
        return None
    data = found.root.data()
    owner = node.parent
    in_brackets = owner is not None and text[owner.start : owner.start + 1] in ("[", "{")
    if not found.cursor_in_key or owner is None:
        word, start = _typed_word(text, node.start, place)
        return Cursor(node.path, False, word, start, data, in_brackets=in_brackets)
    word, start = _typed_word(text, node.key_start, place)
    others = owner.value if isinstance(owner.value, dict) else {}
    written = tuple(key for key, other in others.items() if other is not node)
    return Cursor(owner.path, True, word, start, data, written, node.colon, in_brackets)


def _typed_word(text: str, start: int, place: int) -> tuple[str, int]:
    """What is written from a place up to the cursor, without the quotes that it begins with, and where it begins."""
    start += text[start:place].startswith(('"', "'"))
    return text[start:place], start
