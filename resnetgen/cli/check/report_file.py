"""The report file of `check --output`."""

from __future__ import annotations

import os

import typer

from resnetgen.cli import atomic_write
from resnetgen.cli.output import print_diagnostics
from resnetgen.reports import SUFFIXES, Format
from resnetgen.source.collection import SUFFIXES as SPECS


def refuse_name(path: str) -> None:
    """Refuse a path that is not meant as a report's.

    Raises:
        typer.BadParameter: it is `-`, or a spec, as if the shell had expanded a pattern there.
    """
    if path == "-":
        message = "`-` would be the name of a file; leave the option out to print, or write ./- for a file of that name"
    elif path.endswith(SPECS):
        message = f"{path} has the name of a spec; choose another ending for the report"
    else:
        return
    raise typer.BadParameter(message, param_hint="'--output'")


def write(path: str, report: str, format: Format) -> bool:
    """Write a report atomically, if the file differs; print the reason if that fails.

    An existing file is overwritten if its name is that of a report in this format.

    Returns:
        True if the file has the report.
    """
    content = report.encode()
    stray = atomic_write.link_fault(path, os.path.dirname(path) or os.curdir)
    if stray:
        print_diagnostics([atomic_write.refused(path, stray, "remove the link, or choose another file with -o FILE")])
        return False
    try:
        old = atomic_write.read(path)  # it refuses folders and devices too
        if old and not path.endswith(SUFFIXES[format]):
            message = f"a file exists here, and its name does not end in {' or '.join(SUFFIXES[format])}"
            print_diagnostics(
                [atomic_write.refused(path, message, "choose another file with -o FILE, or remove this one")]
            )
            return False
        if old != content:
            atomic_write.replace(path, content)
    except OSError as error:
        print_diagnostics([atomic_write.refused(path, error, "choose another file with -o FILE")])
        return False
    return True
