"""What the compiler has to say: the data, and how people are shown it."""

from __future__ import annotations

from resnetgen.diagnostics.model import (
    Act,
    Diagnostic,
    Edit,
    Fault,
    Fix,
    Label,
    Mend,
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
    "Act",
    "Diagnostic",
    "Edit",
    "Fault",
    "Fix",
    "Label",
    "Mend",
    "Part",
    "Path",
    "Place",
    "Severity",
    "Span",
    "SpecError",
    "Text",
    "sort",
]
