"""The file that `check --output` writes a report to."""

from __future__ import annotations

import os

import typer

from resnetgen.cli import atomic_write
from resnetgen.cli.output import print_diagnostics
from resnetgen.reports import SUFFIXES, Format
from resnetgen.source.collection import SUFFIXES as SPECS


def refuse_name(path: str) -> None:
    """Refuse what is not meant as the name of a report.

    Raises:
        typer.BadParameter: it would be a file called `-`, or a spec, as where the shell puts several names there.
    """
    if path == "-":
        message = "`-` would be the name of a file; leave the option out to print, or write ./- for a file of that name"
    elif path.endswith(SPECS):
        message = f"{path} has the name of a spec; choose another ending for the report"
    else:
        return
    raise typer.BadParameter(message, param_hint="'--output'")


def write(path: str, report: str, format: Format) -> bool:
    """Write a report in one step, if the file differs; where that is not possible, say why.

    A file that is there already is written over if its name is that of a report in this format.
    """
    content = report.encode()
    stray = atomic_write.astray(path, os.path.dirname(path) or os.curdir)
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
