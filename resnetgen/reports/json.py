"""A report as JSON, for programs.

Its schema is docs/reference/report.schema.json; docs/reference/report-formats.md explains it.
"""

from __future__ import annotations

import json

from resnetgen.diagnostics.model import Diagnostic, Edit, Fix, Label, Span
from resnetgen.reports.report import Report, Result

VERSION = 1
"""The version of the format. It rises when programs that read the format have to change."""


def render(report: Report) -> str:
    """Render a report as one JSON object, indented, in ASCII, with a final newline."""
    found = {
        "version": VERSION,
        "specs": [_spec(result) for result in report.results],
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in report.diagnostics],
    }
    return json.dumps(found, indent=2) + "\n"


def _spec(result: Result) -> dict[str, object]:
    found: dict[str, object] = {"name": result.name, "fails": result.fails()}
    return found if result.weights is None else {**found, "weights": result.weights}


def _diagnostic(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        **_label(diagnostic.primary),
        "related": [_label(label) for label in diagnostic.related],
        "help": diagnostic.help,
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix),
    }


def _label(label: Label) -> dict[str, object]:
    return {**_span(label.span), "words": label.words}


def _fix(fix: Fix) -> dict[str, object]:
    return {"words": fix.words, "edits": [_edit(edit) for edit in fix.edits]}


def _edit(edit: Edit) -> dict[str, object]:
    return {**_span(edit.span), "text": edit.text}


def _span(span: Span) -> dict[str, object]:
    return {
        "file": span.text.name,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
