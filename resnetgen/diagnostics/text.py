"""Render diagnostics as text: each with its source line and marks under the spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.diagnostics.repeats import MAX_PLACES, Group, group_repeats
from resnetgen.diagnostics.terminal import Excerpt, cells, escape, excerpt, excerpt_to_fit, link_to, wrap

if TYPE_CHECKING:  # the text of a diagnostic is its `__str__`, so the model imports this module
    from resnetgen.diagnostics.model import Diagnostic, Label, Span

_GUTTER = 5  # digits of a line number, so that the lines of several messages stand below one another

_HELP = len("   help: ")

_NARROWEST = 20
"""The fewest cells for a source line, whatever the width of the terminal: less shows nothing."""

_STYLES = {
    "bold": "\x1b[1m",
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "gutter": "\x1b[34m",
    "related": "\x1b[1;34m",
    "help": "\x1b[1;36m",
}


def render(
    diagnostics: Iterable[Diagnostic],
    *,
    color: bool = False,
    columns: int = 0,
    link: Callable[[str], str] | None = None,
) -> str:
    """Render diagnostics, with an empty line between them. A warning that several specs share is shown once.

    Args:
        diagnostics: the diagnostics, in order.
        color: add ANSI color codes.
        columns: the width of the terminal, which everything is fitted to. 0, as for a log, wraps nothing and shortens
            only source lines of more than 160 characters.
        link: gives the URL of the page about a code, to make the code a link in the terminal; "" where there is none.
    """
    writers = (
        _Writer(group, color, columns, link(group.diagnostic.code) if link else "")
        for group in group_repeats(diagnostics)
    )
    return "\n".join("".join(f"{row}\n" for row in writer.rows()) for writer in writers)


class _Snippet(NamedTuple):
    """A source line and the labels below it."""

    line: Excerpt
    labels: list[Label]

    def takes(self, label: Label) -> bool:
        """Return whether a label belongs to the shown part of this line."""
        line_span, span = self.labels[0].span, label.span
        return line_span.text == span.text and line_span.line == span.line and self.line.contains(span.column - 1)


class _Writer:
    def __init__(self, group: Group, color: bool, columns: int, url: str) -> None:
        self._diagnostic = diagnostic = group.diagnostic
        self._others = group.others
        self._color = color
        self._columns = columns
        self._url = url
        labels = (diagnostic.primary, *diagnostic.related)
        self._width = max(_GUTTER, *(len(str(label.span.line)) for label in labels))
        self._room = max(_NARROWEST, columns - self._width - len(" | ")) if columns else 0
        self._snippets = _snippets(labels, self._room)

    def rows(self) -> list[str]:
        diagnostic = self._diagnostic
        severity = diagnostic.severity.value
        place, code = _place(diagnostic.primary), f"{severity}[{diagnostic.code}]"
        message = wrap(escape(diagnostic.message), self._columns, start=cells(f"{place}: {code}: "), indent=2)
        first = self._paint(message[0], "bold") if message[0] else ""
        linked = f"{severity}[{link_to(self._url, diagnostic.code)}]"
        rows = [f"{place}: {self._paint(linked, severity)}: {first}".rstrip()]
        rows += [f"  {self._paint(line, 'bold')}" for line in message[1:]]
        rows += self._snippet(self._snippets[0])
        for snippet in self._snippets[1:]:
            rows.append(f"  {self._paint('-->', 'gutter')} {_place(snippet.labels[0])}")
            rows += self._snippet(snippet)
        rows += self._remark("help", escape(diagnostic.help)) if diagnostic.help else []
        rows += self._remark("note", _same(self._others)) if self._others else []
        return rows

    def _remark(self, kind: str, words: str) -> list[str]:
        first, *more = wrap(words, self._columns, start=_HELP, indent=_HELP)
        return [f"   {self._paint(f'{kind}:', 'help')} {first}", *(" " * _HELP + line for line in more)]

    def _snippet(self, snippet: _Snippet) -> list[str]:
        labels = sorted(snippet.labels, key=lambda label: label.span.column)
        span = labels[0].span
        if not span.text.content:  # a file that could not be read has no line to show
            return [self._row("", escape(label.words)) for label in labels if label.words]
        marks = (self._row("", row) for label in labels for row in self._marks(label, snippet.line))
        return [self._row(str(span.line), snippet.line.shown), *marks]

    def _row(self, number: str, content: str) -> str:
        gutter = self._paint(f"{number:>{self._width}} |", "gutter")
        return f"{gutter} {content}".rstrip()

    def _marks(self, label: Label, line: Excerpt) -> list[str]:
        span = label.span
        start = line.cell(span.column - 1)
        # A span that goes on over several lines is marked to the end of its first.
        end = line.cell(span.end_column - 1 if span.end_line == span.line else len(span.text.line(span.line)))
        width = max(1, end - start)
        primary = label is self._diagnostic.primary
        style = self._diagnostic.severity.value if primary else "related"
        mark, words = ("^" if primary else "-") * width, escape(label.words)
        if not self._room or start + len(f"{mark} {words}") <= self._room:
            return [" " * start + self._paint(f"{mark} {words}".rstrip(), style)]
        below = _wrap_label(words, start, self._room)
        return [" " * start + self._paint(mark, style), *(indent + self._paint(row, style) for indent, row in below)]

    def _paint(self, text: str, style: str) -> str:
        return f"{_STYLES[style]}{text}\x1b[0m" if self._color else text


def _same(others: list[Span]) -> str:
    """Return the sentence about the places where a diagnostic repeats."""
    shown = [_span_place(span) for span in others[: MAX_PLACES - 1]]
    left = len(others) - len(shown)
    places = f"{', '.join(shown)} and {left:,} more" if left else ", ".join(shown)
    return f"the same in {len(others):,} other {'spec' if len(others) == 1 else 'specs'}: {places}"


def _wrap_label(words: str, start: int, room: int) -> list[tuple[str, str]]:
    """Wrap the text of a label into lines, each with its indentation.

    They start below the mark, or further left if they need the room.
    """
    from textwrap import wrap

    rows = wrap(words, room)
    indent = max(0, min(start, room - max(map(len, rows), default=0)))
    return [(" " * indent, row) for row in rows]


def _snippets(labels: Iterable[Label], room: int) -> list[_Snippet]:
    snippets: list[_Snippet] = []
    for label in labels:
        for snippet in snippets:
            if snippet.takes(label):
                snippet.labels.append(label)
                break
        else:
            span = label.span
            line, index = span.text.line(span.line), span.column - 1
            snippets.append(_Snippet(excerpt_to_fit(line, index, room) if room else excerpt(line, index), [label]))
    return snippets


def _place(label: Label) -> str:
    return _span_place(label.span)


def _span_place(span: Span) -> str:
    return f"{escape(span.text.name)}:{span.line}:{span.column}"
