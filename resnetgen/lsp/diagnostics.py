"""Diagnostics for an editor: each at a span of the open document."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.diagnostics.model import Diagnostic, Label, Span, Text
from resnetgen.diagnostics.terminal import escape
from resnetgen.lsp.workspace import CheckedDocument


class Finding(NamedTuple):
    """A diagnostic with its span in the document, its message, labels at other places, and its help, maybe empty."""

    diagnostic: Diagnostic
    span: Span
    words: str
    related: tuple[Label, ...]
    help: str

    @property
    def message(self) -> str:
        """The words, with the help on a line of its own."""
        return f"{self.words}\nhelp: {self.help}" if self.help else self.words


def findings(checked: CheckedDocument) -> list[Finding]:
    """Return all diagnostics of a document.

    An error in a base is reported at the spec's `extends`, with a label at its place in the base.
    """
    return [_finding(diagnostic, checked.document.name) for diagnostic in checked.diagnostics]


def _finding(diagnostic: Diagnostic, name: str) -> Finding:
    labels = (diagnostic.primary, *diagnostic.related)
    here = next((label for label in labels if label.span.text.name == name), None)
    span = _start(name) if here is None else here.span
    words = escape(diagnostic.message)
    if here is not diagnostic.primary:
        words = f"in {escape(diagnostic.primary.span.text.name)}: {words}"
    elif here.words:
        words = f"{words}: {escape(here.words)}"
    related = tuple(_with_words(label, diagnostic) for label in labels if label is not here)
    return Finding(diagnostic, span, words, related, escape(diagnostic.help))


def _with_words(label: Label, diagnostic: Diagnostic) -> Label:
    return label._replace(words=escape(label.words or diagnostic.message))


def _start(name: str) -> Span:
    return Span(Text(name, ""), 1, 1, 1, 1)
