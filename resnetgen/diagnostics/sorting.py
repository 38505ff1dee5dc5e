"""The order of diagnostics."""

from __future__ import annotations

from collections.abc import Iterable

from resnetgen.diagnostics.model import Diagnostic


def sort(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Remove duplicates; order by file as they first appear, then by line, column and code."""
    unique = tuple(dict.fromkeys(diagnostics))
    files = {name: place for place, name in enumerate(dict.fromkeys(d.primary.span.text.name for d in unique))}

    def position(diagnostic: Diagnostic) -> tuple[int, int, int, str]:
        span = diagnostic.primary.span
        return files[span.text.name], span.line, span.column, diagnostic.code

    return tuple(sorted(unique, key=position))
