"""A diagnostic as lines of plain text without the excerpt, for readers that show the source beside it."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.diagnostics.model import Diagnostic, Label
from resnetgen.diagnostics.terminal import escape


def lines(diagnostic: Diagnostic, anchor: Label | None) -> Iterator[str]:
    """Yield the message, a line for each label, and the help.

    Args:
        diagnostic: the diagnostic.
        anchor: the label that the reader shows the diagnostic at. A fault elsewhere has a line with its own position.
    """
    yield escape(diagnostic.message)
    if diagnostic.primary.words or diagnostic.primary is not anchor:
        yield _line(diagnostic.primary)
    yield from map(_line, diagnostic.related)
    if diagnostic.help:
        yield f"help: {escape(diagnostic.help)}"


def _line(label: Label) -> str:
    span = label.span
    place = f"{escape(span.text.name)}:{span.line}:{span.column}"
    return f"{place}: {escape(label.words)}" if label.words else place
