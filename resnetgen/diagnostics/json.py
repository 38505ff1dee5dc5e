"""Diagnostics as JSON, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable

from resnetgen.diagnostics.model import Diagnostic, Label


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """Write diagnostics as one JSON list, indented, with a final newline."""
    return json.dumps([_diagnostic(diagnostic) for diagnostic in diagnostics], indent=2) + "\n"


def _diagnostic(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        **_label(diagnostic.primary),
        "related": [_label(label) for label in diagnostic.related],
        "help": diagnostic.help,
    }


def _label(label: Label) -> dict[str, object]:
    span = label.span
    return {
        "file": span.text.name,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "words": label.words,
    }
