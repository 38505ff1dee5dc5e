"""Text from a spec made fit for a terminal: nothing hidden, nothing obeyed, and every character's column known."""

from __future__ import annotations

from resnetgen.characters import is_seen, spelled
from resnetgen.frozen import Frozen

LONGEST = 160
"""The most characters of a line that are shown whole."""

_CUT = 154  # characters shown of a longer line, between the `...`
_BEFORE = 60  # of these, how many stand before the label
_TAB = 4


def escape(text: str) -> str:
    """Spell out control, bidirectional and other invisible characters, which could disguise what is said."""
    return spelled(text)


class Excerpt(Frozen):
    """A line, or the part of it around a label, as it is shown."""

    shown: str
    _first: int  # the index in the line of the first character shown
    _cells: tuple[int, ...]  # where on the screen each character starts, and where the last one ends

    def holds(self, index: int) -> bool:
        """Whether a character of the line is shown."""
        return 0 <= index - self._first < len(self._cells)

    def cell(self, index: int) -> int:
        """Where on the screen a character of the line starts, or the nearest one that is shown."""
        return self._cells[min(max(index - self._first, 0), len(self._cells) - 1)]


def excerpt(line: str, index: int) -> Excerpt:
    """Show a line; of a long one, what stands around the character at `index`."""
    if len(line) <= LONGEST:
        return _excerpt(line, 0, "", "")
    first = max(0, min(index - _BEFORE, len(line) - _CUT))
    last = first + _CUT
    return _excerpt(line[first:last], first, "..." if first else "", "..." if last < len(line) else "")


def _excerpt(part: str, first: int, before: str, after: str) -> Excerpt:
    if part.isascii() and part.isprintable():  # nearly always
        return Excerpt(before + part + after, first, tuple(range(len(before), len(before) + len(part) + 1)))
    cells = [len(before)]
    pieces: list[str] = []
    for character in part:
        piece, width = _piece(character, cells[-1])
        pieces.append(piece)
        cells.append(cells[-1] + width)
    return Excerpt(before + "".join(pieces) + after, first, tuple(cells))


def _piece(character: str, cell: int) -> tuple[str, int]:
    """Give what to show for a character, and how many cells of the screen that takes."""
    if character == "\t":
        width = _TAB - cell % _TAB
        return " " * width, width
    if not is_seen(character):
        return spelled(character), len(spelled(character))
    import unicodedata

    if unicodedata.category(character) in ("Mn", "Me"):  # drawn over the character before
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1
