"""Diagnostics for people: each with its source line, and marks under what is meant."""

from __future__ import annotations

from collections.abc import Iterable

from resnetgen.diagnostics.model import Diagnostic, Label, Severity
from resnetgen.diagnostics.screen import Excerpt, escape, excerpt
from resnetgen.frozen import Frozen

_GUTTER = 5  # digits of a line number, so that the lines of several messages stand below one another

_STYLES = {
    "bold": "\x1b[1m",
    Severity.ERROR.value: "\x1b[1;31m",
    Severity.WARNING.value: "\x1b[1;33m",
    "gutter": "\x1b[34m",
    "related": "\x1b[1;34m",
    "help": "\x1b[1;36m",
}


def render(diagnostics: Iterable[Diagnostic], *, color: bool = False) -> str:
    """Write diagnostics out, an empty line between them. `color` adds ANSI codes."""
    return "\n".join("".join(f"{row}\n" for row in _Writer(d, color).rows()) for d in diagnostics)


class _Snippet(Frozen):
    """A source line and the labels below it."""

    line: Excerpt
    labels: list[Label]

    def takes(self, label: Label) -> bool:
        """Whether a label is about this line, and about the part of it that is shown."""
        here, there = self.labels[0].span, label.span
        return here.text == there.text and here.line == there.line and self.line.holds(there.column - 1)


class _Writer:
    def __init__(self, diagnostic: Diagnostic, color: bool) -> None:
        self._diagnostic = diagnostic
        self._color = color
        labels = (diagnostic.primary, *diagnostic.related)
        self._snippets = _snippets(labels)
        self._width = max(_GUTTER, *(len(str(label.span.line)) for label in labels))

    def rows(self) -> list[str]:
        diagnostic = self._diagnostic
        severity = diagnostic.severity.value
        code = self._paint(f"{severity}[{diagnostic.code}]", severity)
        message = self._paint(escape(diagnostic.message), "bold")
        rows = [f"{_place(diagnostic.primary)}: {code}: {message}", *self._snippet(self._snippets[0])]
        for snippet in self._snippets[1:]:
            rows.append(f"  {self._paint('-->', 'gutter')} {_place(snippet.labels[0])}")
            rows += self._snippet(snippet)
        if diagnostic.help:
            rows.append(f"   {self._paint('help:', 'help')} {escape(diagnostic.help)}")
        return rows

    def _snippet(self, snippet: _Snippet) -> list[str]:
        labels = sorted(snippet.labels, key=lambda label: label.span.column)
        span = labels[0].span
        if not span.text.content:  # a file that could not be read has no line to show
            return [self._row("", escape(label.words)) for label in labels if label.words]
        marks = (self._row("", self._marks(label, snippet.line)) for label in labels)
        return [self._row(str(span.line), snippet.line.shown), *marks]

    def _row(self, number: str, content: str) -> str:
        gutter = self._paint(f"{number:>{self._width}} |", "gutter")
        return f"{gutter} {content}".rstrip()

    def _marks(self, label: Label, line: Excerpt) -> str:
        span = label.span
        start = line.cell(span.column - 1)
        # A span that goes on over several lines is marked to the end of its first.
        end = line.cell(span.end_column - 1 if span.end_line == span.line else len(span.text.line(span.line)))
        width = max(1, end - start)
        primary = label is self._diagnostic.primary
        style = self._diagnostic.severity.value if primary else "related"
        marked = self._paint(f"{('^' if primary else '-') * width} {escape(label.words)}".rstrip(), style)
        return " " * start + marked

    def _paint(self, text: str, style: str) -> str:
        return f"{_STYLES[style]}{text}\x1b[0m" if self._color else text


def _snippets(labels: Iterable[Label]) -> list[_Snippet]:
    snippets: list[_Snippet] = []
    for label in labels:
        for snippet in snippets:
            if snippet.takes(label):
                snippet.labels.append(label)
                break
        else:
            span = label.span
            snippets.append(_Snippet(excerpt(span.text.line(span.line), span.column - 1), [label]))
    return snippets


def _place(label: Label) -> str:
    return f"{escape(label.span.text.name)}:{label.span.line}:{label.span.column}"
