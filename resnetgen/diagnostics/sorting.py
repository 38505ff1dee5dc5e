"""The order in which diagnostics are shown."""

from __future__ import annotations

from collections.abc import Iterable

from resnetgen.diagnostics.model import Diagnostic


def sort(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Drop what is said twice; order by file as they first appear, then line, column and code."""
    once = tuple(dict.fromkeys(diagnostics))
    files = {name: place for place, name in enumerate(dict.fromkeys(d.primary.span.text.name for d in once))}

    def position(diagnostic: Diagnostic) -> tuple[int, int, int, str]:
        span = diagnostic.primary.span
        return files[span.text.name], span.line, span.column, diagnostic.code

    return tuple(sorted(once, key=position))
