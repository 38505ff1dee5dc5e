"""What the compiler has to say: the data, and how people are shown it."""

from __future__ import annotations

from resnetgen.diagnostics.model import (
    EditKind,
    Diagnostic,
    Edit,
    Fault,
    Fix,
    Label,
    Suggestion,
    Part,
    Path,
    Place,
    Severity,
    Span,
    SpecError,
    Text,
)
from resnetgen.diagnostics.sorting import sort

__all__ = [
    "EditKind",
    "Diagnostic",
    "Edit",
    "Fault",
    "Fix",
    "Label",
    "Suggestion",
    "Part",
    "Path",
    "Place",
    "Severity",
    "Span",
    "SpecError",
    "Text",
    "sort",
]
