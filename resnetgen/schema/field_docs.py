"""Documentation of spec keys: the text below a field, in the class that declares it.

Editors show it, and docs/reference/language/ has it in its tables, with links. Python discards it, so that a check
pays nothing for it: it is read from the source on demand.
"""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache

from resnetgen.schema.record import Record


def meaning(record: type[Record], name: str) -> str:
    """Return the documentation of a record's field on one line: its own, or that of the nearest base class.

    Raises:
        KeyError: the field has no documentation.
        OSError: the source of the class is not available.
    """
    for owner in record.__mro__:
        found = _meanings(owner.__module__).get((owner.__name__, name)) if issubclass(owner, Record) else None
        if found:
            return found
    raise KeyError(f"no words below `{name}` of {record.__name__}")


@cache
def _meanings(module: str) -> dict[tuple[str, str], str]:
    """Return the texts below the fields of all classes of a module, by the names of class and field."""
    source = ast.parse(inspect.getsource(sys.modules[module]))
    return {
        (found.name, field.target.id): " ".join(text.value.value.split())
        for found in source.body
        if isinstance(found, ast.ClassDef)
        for field, text in zip(found.body, found.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
