"""Diagnostics: the data, their order, and the text that people see."""

from __future__ import annotations

from resnetgen.diagnostics.model import (
    Diagnostic,
    Edit,
    EditKind,
    Fault,
    Fix,
    Label,
    Part,
    Path,
    Place,
    Severity,
    Span,
    Suggestion,
    Text,
)
from resnetgen.diagnostics.sorting import sort

__all__ = [
    "Diagnostic",
    "Edit",
    "EditKind",
    "Fault",
    "Fix",
    "Label",
    "Part",
    "Path",
    "Place",
    "Severity",
    "Span",
    "Suggestion",
    "Text",
    "sort",
]
