"""Write a file with a mark in it, and overwrite only files with the mark: others were not written by resnetgen."""

from __future__ import annotations

import os

from resnetgen.cli import atomic_write
from resnetgen.diagnostics.model import Diagnostic


def suffix_of(path: str) -> str:
    """Return the ending of a file's name in lower case; of a file that is called `.svg`, that is all of it."""
    _, dot, ending = os.path.basename(path).rpartition(".")
    return f"{dot}{ending.lower()}" if dot else ""


def write(path: str, content: bytes, *, mark: str, why: str, force: bool, option: str = "-o") -> Diagnostic | None:
    """Write a file, or return the reason against it.

    Args:
        path: the file.
        content: its new content.
        mark: the text that a file may be overwritten with.
        why: what is said of another one, such as "resnetgen has not drawn this file".
        force: overwrite it all the same.
        option: the option that names the file, for the way out.
    """
    found = refused(path, mark=mark, why=why, force=force, option=option)
    if found is not None:
        return found
    try:
        if atomic_write.read(path) != content:
            atomic_write.replace(path, content)
    except OSError as error:
        return atomic_write.refused(path, error, _elsewhere(option))
    return None


def refused(path: str, *, mark: str, why: str, force: bool, option: str = "-o") -> Diagnostic | None:
    """Return the reason against writing a file that what is there gives; the arguments are those of `write`."""
    elsewhere = _elsewhere(option)
    try:
        link_fault = atomic_write.link_fault(path, os.path.dirname(path) or os.curdir)
        if link_fault:
            return atomic_write.refused(path, link_fault, f"{elsewhere}, or remove the link")
        old = atomic_write.read(path)
    except OSError as error:
        return atomic_write.refused(path, error, elsewhere)
    if old and mark.encode() not in old and not force:
        return atomic_write.refused(path, why, f"{elsewhere}, or overwrite it with --force")
    return None


def _elsewhere(option: str) -> str:
    return f"choose another file with {option} FILE"
