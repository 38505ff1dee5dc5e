"""Make text of a spec safe for a terminal: show invisible characters, send no control codes, and know each column."""

from __future__ import annotations

import re

from resnetgen.frozen import Frozen
from resnetgen.unicode import escape_invisible, is_visible

MAX_LINE = 160
"""The most characters of a source line that are shown."""

_DOTS = 6  # cells of the `...` on both sides of a longer line
_BEFORE = 60  # of 154 characters between them, so many stand before the label
_TAB = 4


def escape(text: str) -> str:
    """Escape control, bidirectional and other invisible characters, which could disguise the text."""
    return escape_invisible(text)


def cells(text: str) -> int:
    """Return the width of a text in terminal cells. The text has no tabs and no line breaks."""
    return len(text) if text.isascii() else sum(_render(character, 0)[1] for character in text)


def link_to(url: str, words: str) -> str:
    """Return words as a link (OSC 8), which other terminals show as the words; without a URL, the words alone."""
    return f"\x1b]8;;{url}\x1b\\{words}\x1b]8;;\x1b\\" if url else words


def wrap(text: str, columns: int, *, start: int = 0, indent: int = 0) -> list[str]:
    """Break a text at its spaces into lines that fit a terminal; a longer word stays whole.

    Args:
        text: one line.
        columns: the width of the terminal in cells; 0 leaves the text as it is.
        start: the cells taken before the first line.
        indent: the cells before each further line.
    """
    if not columns:
        return [text]
    lines: list[str] = []
    line, room = "", columns - start
    for word in re.findall(" *[^ ]+", text):
        if cells(line + word) <= room or not (line or (start and not lines)):
            line += word
        else:
            lines.append(line)
            line, room = word.lstrip(" "), columns - indent
    return [*lines, line]


def wrapped(text: str, columns: int) -> str:
    """Break the lines of a text that are wider than a terminal, and indent their continuations."""
    return "\n".join(_hanging(line, columns) if columns else line for line in text.split("\n"))


def _hanging(line: str, columns: int) -> str:
    bare = line.lstrip(" ")
    indent = len(line) - len(bare) + (len("help: ") if bare.startswith("help: ") else 2)
    return f"\n{' ' * indent}".join(wrap(line, columns, indent=indent))


class Excerpt(Frozen):
    """A source line as it is shown, or the part of it around a label."""

    shown: str
    width: int  # the cells of the screen that it takes
    _first: int  # the index in the line of the first character shown
    _cells: tuple[int, ...]  # where on the screen each character starts, and where the last one ends

    def contains(self, index: int) -> bool:
        """Return whether the character at an index of the line is shown."""
        return 0 <= index - self._first < len(self._cells)

    def cell(self, index: int) -> int:
        """Return the cell where the character at an index of the line starts, or the nearest shown one."""
        return self._cells[min(max(index - self._first, 0), len(self._cells) - 1)]


def excerpt(line: str, index: int, room: int = MAX_LINE) -> Excerpt:
    """Return a line as it is shown; of a line longer than `room` characters, only the part around `index`."""
    if len(line) <= room:
        return _excerpt(line, 0, "", "")
    return _excerpt_around(line, index, room - _DOTS)


def excerpt_to_fit(line: str, index: int, cells: int) -> Excerpt:
    """Return as much of a line around `index` as fits into a number of cells: some characters take more than one."""
    room = min(MAX_LINE, cells)
    shown = excerpt(line, index, room)
    while shown.width > cells and room > _DOTS + 1:
        room = max(_DOTS + 1, min(room - 1, room * cells // shown.width))
        shown = _excerpt_around(line, index, room - _DOTS)
    return shown


def _excerpt_around(line: str, index: int, count: int) -> Excerpt:
    """Return `count` characters of a line around `index`, with `...` where others are left out."""
    first = max(0, min(index - count * _BEFORE // 154, len(line) - count))
    last = first + count
    return _excerpt(line[first:last], first, "..." if first else "", "..." if last < len(line) else "")


def _excerpt(part: str, first: int, before: str, after: str) -> Excerpt:
    if part.isascii() and part.isprintable():  # nearly always
        shown = before + part + after
        return Excerpt(shown, len(shown), first, tuple(range(len(before), len(before) + len(part) + 1)))
    cells = [len(before)]
    pieces: list[str] = []
    for character in part:
        piece, width = _render(character, cells[-1])
        pieces.append(piece)
        cells.append(cells[-1] + width)
    return Excerpt(before + "".join(pieces) + after, cells[-1] + len(after), first, tuple(cells))


def _render(character: str, cell: int) -> tuple[str, int]:
    """Return the text shown for a character, and its width in cells."""
    if character == "\t":
        width = _TAB - cell % _TAB
        return " " * width, width
    if not is_visible(character):
        return escape_invisible(character), len(escape_invisible(character))
    import unicodedata

    if unicodedata.category(character) in ("Mn", "Me"):  # drawn over the character before
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1
