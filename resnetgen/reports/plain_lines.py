"""A diagnostic in lines of plain text, without the excerpt: for where the source is shown beside them."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.diagnostics.model import Diagnostic, Label
from resnetgen.diagnostics.terminal import escape


def lines(diagnostic: Diagnostic, anchor: Label | None) -> Iterator[str]:
    """The message, then what is said of each place, then the way out; `anchor` is the place where all this is shown.

    The true place of a fault is always told, also where it is shown at another one. What does not show is spelled out,
    so that no line holds a line end.
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
