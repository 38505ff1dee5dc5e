"""What the compiler has to say: the data, the catalogue of codes, and one renderer a file."""

from __future__ import annotations

from resnetgen.diagnostics.catalogue import CATALOGUE
from resnetgen.diagnostics.model import (
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
from resnetgen.diagnostics.order import sort

__all__ = [
    "CATALOGUE",
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
