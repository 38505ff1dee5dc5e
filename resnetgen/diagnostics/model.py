"""The data of diagnostics. The renderers beside this file decide how they look."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import field
from enum import Enum
from functools import lru_cache
from math import gcd
from typing import NamedTuple

from resnetgen import display
from resnetgen.frozen import Frozen

Path = tuple[str | int, ...]
"""A place in the data of a spec: `("stages", "layer2", "blocks", 0, "mid")`."""


class Severity(Enum):
    """The severity of a diagnostic: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Part(Enum):
    """The part of `key: value` that a position means.

    An element of a list has no key, so all its parts are the element.
    """

    KEY = "key"
    VALUE = "value"
    ENTRY = "entry"  # both, from the key's first character to the value's last on that line


_LINE_END = "\r\n|[\n\r\x85\u2028\u2029]"  # YAML's own line ends; those of `str.splitlines` are more


@lru_cache(maxsize=4)  # one text has many labels, and may be large
def _line_starts(content: str) -> array[int]:
    starts = array("q", (0,))
    starts.extend(match.end() for match in re.finditer(_LINE_END, content))
    return starts


class Text(Frozen):
    """A file that was read: its name for messages, and its content."""

    name: str
    content: str = field(repr=False)

    def line(self, number: int) -> str:
        """Return a line without its end; lines count from 1, and a line beyond the last is empty."""
        starts = _line_starts(self.content)
        if number > len(starts):
            return ""
        if number == len(starts):
            return self.content[starts[-1] :]
        line = self.content[starts[number - 1] : starts[number]]
        return line[:-2] if line.endswith("\r\n") else line[:-1]

    def place(self, index: int) -> tuple[int, int]:
        """Return the line and column, from 1, of the character at an offset, from 0."""
        starts = _line_starts(self.content)
        line = bisect_right(starts, index)
        if self.content[index - 1 : index + 1] == "\r\n" and index:  # between the two halves of one line end
            return line + 1, 1
        return line, index - starts[line - 1] + 1

    def index(self, line: int, column: int) -> int:
        """Return the offset, from 0, of a line and column, from 1: the inverse of `place`."""
        starts = _line_starts(self.content)
        return (starts[line - 1] if line <= len(starts) else len(self.content)) + column - 1


class Span(NamedTuple):
    """A range of a text. Lines and columns count from 1; `end_column` is the first column after the range."""

    text: Text
    line: int
    column: int
    end_line: int
    end_column: int


class Label(NamedTuple):
    """A span with a short text about it, which may be empty."""

    span: Span
    words: str = ""


class Edit(NamedTuple):
    """A change of a text: `text` replaces the content of `span`."""

    span: Span
    text: str


class Removal(NamedTuple):
    """The mapping or list that a fix takes an entry out of: its offset in the text, and the number of its entries.

    It must keep one entry: an empty mapping means something other than no mapping.
    """

    start: int
    entries: int


class Fix(NamedTuple):
    """A safe change for a diagnostic: a description, and edits that all belong to one text.

    `removal` is what an entry is removed from, where the edit does that.
    """

    words: str
    edits: tuple[Edit, ...]
    removal: Removal | None = None


class Diagnostic(NamedTuple):
    """A message for the user: the fault, its position, related positions, help, and a fix where one is safe.

    `str(diagnostic)` is the text with source lines that the command line prints.
    """

    code: str
    severity: Severity
    message: str
    primary: Label
    related: tuple[Label, ...] = ()
    help: str = ""
    fix: Fix | None = None

    def __str__(self) -> str:
        from resnetgen.diagnostics.text import render

        return render([self]).rstrip("\n")

    def __repr__(self) -> str:
        span = self.primary.span
        place = f"{span.text.name}:{span.line}:{span.column}"
        return f"<Diagnostic {self.severity.value}[{self.code}] at {place}: {self.message}>"

    def _repr_html_(self) -> str | None:
        return display.html(self)


class Place(NamedTuple):
    """A place in the data of a spec, before its file and line are known."""

    path: Path
    part: Part = Part.VALUE


class EditKind(Enum):
    """The kind of change that a suggestion makes at its place."""

    WRITE = "write"  # writes something else there
    QUOTE = "quote"  # puts quotes around it
    REMOVE = "remove"  # takes the entry out of its mapping or list


class Suggestion(NamedTuple):
    """A safe change for a fault, before its position is known.

    It has a description and a place; to write a scalar, `text` is that scalar in plain YAML.
    """

    words: str
    at: Place
    text: str = ""
    kind: EditKind = EditKind.WRITE


class Indivisible(NamedTuple):
    """The number of a key, and the numbers of channels that it should divide and does not."""

    key: str
    number: int
    channels: tuple[int, ...]

    def help(self) -> str:
        """Return a way out: a divisor of the number also divides the channels that the number divides."""
        *others, last = map(str, sorted(set(self.channels)))
        listed = f"{', '.join(others)} and {last}" if others else last
        divisor = gcd(self.number, *self.channels)
        example = f", such as {divisor}" if divisor > 1 else ""
        return f"use a number for `{self.key}` that divides {listed}{example}"


class Fault(NamedTuple):
    """A diagnostic whose positions are still paths in the data of the spec.

    The stages after reading produce faults. The document, which knows the lines, turns them into diagnostics.
    `unless_inherited` holds for what is no fault where a base wrote it, since a base may be for several specs.
    """

    code: str
    message: str
    at: Place
    words: str = ""
    related: tuple[tuple[Place, str], ...] = ()
    help: str = ""
    severity: Severity = Severity.ERROR
    fix: Suggestion | None = None
    indivisible: Indivisible | None = None
    unless_inherited: bool = False

    def of_divisor(self, indivisible: Indivisible) -> Fault:
        """Return the fault with a number that does not divide its channels, and the help for that."""
        return self._replace(indivisible=indivisible, help=indivisible.help())
