"""The context of the cursor in a spec, from which completion starts."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.lsp.tolerant_yaml.block import parse_tolerant


class Cursor(NamedTuple):
    """The context of the cursor: in a key of the mapping at `path` if `in_key`, else in the value at `path`.

    `word` is the text before the cursor that a completion replaces; it begins at the character `start`. `data` is the
    rest of the spec, without that word, and `written` are the other keys of the mapping. `colon` tells whether the key
    has a colon after it already, and `in_brackets` whether the mapping or list around it is in flow style.
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
    """Return the context of the cursor at an offset; None in a comment, or where a spec has no field."""
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
    """Return the word from `start` up to the cursor without its opening quote, and the word's own start."""
    start += text[start:place].startswith(('"', "'"))
    return text[start:place], start
