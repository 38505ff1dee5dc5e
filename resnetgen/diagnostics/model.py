"""What the compiler has to say about a spec, as data. How it looks is decided in the renderers beside this file."""

from __future__ import annotations

import re
from dataclasses import field
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from resnetgen.frozen import Frozen

Path = tuple[str | int, ...]
"""Where something stands in a spec's data: `("stages", "layer2", "blocks", 0, "mid")`."""


class Severity(Enum):
    """How much it matters: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Part(Enum):
    """Which part of `key: value` a position means. An element of a list has no key: its parts are all the element."""

    KEY = "key"
    VALUE = "value"
    ENTRY = "entry"  # both, from the key's first character to the value's last on that line


_LINE_END = "\r\n|[\n\r\x85\u2028\u2029]"  # YAML's own line ends; those of `str.splitlines` are more


@lru_cache(maxsize=4)  # one text has many labels, and may be large
def _lines(content: str) -> list[str]:
    return re.split(_LINE_END, content)


@lru_cache(maxsize=4)
def _line_starts(content: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer(_LINE_END, content))]


class Text(Frozen):
    """A file that was read: the name to show for it and its content."""

    name: str
    content: str = field(repr=False)

    def line(self, number: int) -> str:
        """Give a line, counted from 1, without its end; an empty one where the text has no such line."""
        lines = _lines(self.content)
        return lines[number - 1] if number <= len(lines) else ""

    def place(self, index: int) -> tuple[int, int]:
        """Give the line and the column of a character, all counted from 1 but the character."""
        before = re.split(_LINE_END, self.content[:index])
        return len(before), len(before[-1]) + 1

    def index(self, line: int, column: int) -> int:
        """Give the character, counted from 0, at a line and column: the other way round than `place`."""
        starts = _line_starts(self.content)
        return (starts[line - 1] if line <= len(starts) else len(self.content)) + column - 1


class Span(NamedTuple):
    """A stretch of a text. Lines and columns count from 1; `end_column` is the first column after it."""

    text: Text
    line: int
    column: int
    end_line: int
    end_column: int


class Label(NamedTuple):
    """A stretch of a text with a few words about it (they may be empty)."""

    span: Span
    words: str = ""


class Edit(NamedTuple):
    """A change of a text: what stands in `span` becomes `text`."""

    span: Span
    text: str


class Fix(NamedTuple):
    """A certain mend: what it does, in words, and the changes that do it, which all belong to one text."""

    words: str
    edits: tuple[Edit, ...]


class Diagnostic(NamedTuple):
    """One message: what is wrong, where, what else is involved, a way out, and, where that is certain, its changes."""

    code: str
    severity: Severity
    message: str
    primary: Label
    related: tuple[Label, ...] = ()
    help: str = ""
    fix: Fix | None = None


class Place(NamedTuple):
    """A spot in a spec's data, before it is known which file and line wrote it."""

    path: Path
    part: Part = Part.VALUE


class EditKind(Enum):
    """What a mend does with what stands at its place."""

    WRITE = "write"  # writes something else there
    QUOTE = "quote"  # puts quotes around it
    REMOVE = "remove"  # takes the entry out of its mapping or list


class Suggestion(NamedTuple):
    """A certain mend of a fault: in words, and what is to be done at a place; to write, the scalar in plain YAML."""

    words: str
    at: Place
    text: str = ""
    act: EditKind = EditKind.WRITE


class Fault(NamedTuple):
    """A message whose positions are still paths in the spec's data.

    The stages after reading speak in faults; the document that knows the lines turns them into diagnostics.
    """

    code: str
    message: str
    at: Place
    words: str = ""
    related: tuple[tuple[Place, str], ...] = ()
    help: str = ""
    severity: Severity = Severity.ERROR
    mend: Suggestion | None = None
