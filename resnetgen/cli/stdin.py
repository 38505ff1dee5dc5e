"""Standard input as a spec: the argument `-`."""

from __future__ import annotations

import sys

import typer

from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, Text
from resnetgen.source.collection import STANDARD_INPUT
from resnetgen.source.source import MAX_SIZE


def read() -> bytes | Diagnostic:
    """Read standard input, at most one byte more than a spec may have; return the reason if that fails."""
    try:
        if sys.stdin is None:
            return _unreadable("it is closed")
        return sys.stdin.buffer.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:  # ValueError: it was closed
        return _unreadable(getattr(error, "strerror", None) or str(error))


def second_use() -> typer.BadParameter:
    """Return the usage error for a second `-` among the specs of a command."""
    return typer.BadParameter("`-` is given twice, but standard input can be read only once", param_hint="'SPEC'")


def _unreadable(why: str) -> Diagnostic:
    where = Label(Span(Text(STANDARD_INPUT, ""), 1, 1, 1, 1))
    return Diagnostic("RG101", Severity.ERROR, f"standard input cannot be read: {why}", where)
