"""The files of candidates: written once, and never over a file with other content."""

from __future__ import annotations

from resnetgen.cli import atomic_write
from resnetgen.diagnostics.model import Diagnostic


def write(path: str, content: bytes, folder: str) -> Diagnostic | None:
    """Write a file unless it has this content already; return the reason if it cannot be written."""
    if reason := atomic_write.link_fault(path, folder):
        return atomic_write.refused(path, reason, "write to another folder with -o")
    try:
        before = atomic_write.read(path)
        if before is None:
            atomic_write.replace(path, content)
        elif before != content:
            help = "it is of another space, or was edited: write to another folder with -o, or remove it"
            return atomic_write.refused(path, "this file exists and is not this candidate", help)
    except OSError as error:
        return atomic_write.refused(path, error, "write to another folder with -o")
    return None
