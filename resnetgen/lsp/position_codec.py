"""Conversion between character offsets and positions of the Language Server Protocol: lines and code units."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from functools import lru_cache

from resnetgen.diagnostics.model import Span

_LINE_END = re.compile(r"\r\n|\n|\r")
"""A line end of the protocol; YAML has more, and Python's `str.splitlines` more still."""

_YAML_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")

_ENCODINGS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
"""Encoding of the protocol -> codec of Python, and the bytes of a code unit."""

Position = tuple[int, int]
"""A line, and code units before the place in it; both count from 0."""


class PositionCodec:
    """Converts positions in one text. `bom` tells whether a byte order mark, part of the first line, precedes it."""

    def __init__(self, text: str, encoding: str = "utf-16", *, bom: bool = False) -> None:
        self._text = text
        self._codec, self._unit = _ENCODINGS[encoding]
        self._before = self._units("\ufeff") if bom else 0
        self._lines = _line_starts(text, _LINE_END)

    def place(self, index: int) -> Position:
        """Return the position of a character offset."""
        index = min(max(index, 0), len(self._text))
        line = bisect_right(self._lines, index) - 1
        units = self._units(self._text[self._lines[line] : index])
        return line, units + (self._before if line == 0 else 0)

    def index(self, line: int, units: int) -> int:
        """Return the offset of a position. Past the end of a line it is that end; inside a character, its start."""
        if line >= len(self._lines):
            return len(self._text)
        start = self._lines[line]
        end = self._lines[line + 1] if line + 1 < len(self._lines) else len(self._text)
        content = self._text[start:end].rstrip("\r\n")
        left = max(0, units - (self._before if line == 0 else 0))
        return start + (min(left, len(content)) if content.isascii() else self._characters(content, left))

    def _characters(self, content: str, units: int) -> int:
        """Return the number of characters in the first `units` code units of a line."""
        for count, character in enumerate(content):
            units -= self._units(character)
            if units < 0:
                return count
        return len(content)

    def span(self, span: Span) -> tuple[Position, Position]:
        """Return the positions of the start and the end of a span."""
        start, end = character_range(self._text, span)
        return self.place(start), self.place(end)

    def _units(self, text: str) -> int:
        return len(text) if text.isascii() else len(text.encode(self._codec, "surrogatepass")) // self._unit


def character_range(text: str, span: Span) -> tuple[int, int]:
    """Return the offsets of a span in a text that may have changed since: they end where the text does."""
    starts = _line_starts(text, _YAML_LINE_END)
    places = ((span.line, span.column), (span.end_line, span.end_column))
    start, end = (min(starts[min(line, len(starts)) - 1] + column - 1, len(text)) for line, column in places)
    return start, max(start, end)


@lru_cache(maxsize=4)  # a few texts with both kinds of line end: each is kept for as long as its lines
def _line_starts(text: str, ends: re.Pattern[str]) -> array[int]:
    """Return the offset of each line."""
    starts = array("q", (0,))
    starts.extend(match.end() for match in ends.finditer(text))
    return starts
