"""The file that `check --output` writes a report to."""

from __future__ import annotations

import os

import typer

from resnetgen.commands import files
from resnetgen.commands.output import tell
from resnetgen.reading.collection import ENDINGS


def refuse_name(path: str) -> None:
    """Refuse what is not meant as the name of a report.

    Raises:
        typer.BadParameter: it would be a file called `-`, or a spec, as where the shell puts several names there.
    """
    if path == "-":
        message = "this would be a file called `-`; leave it out to print, or say ./- if that is what it is called"
    elif path.endswith(ENDINGS):
        message = f"{path} is the name of a spec, and a report is none; choose another ending"
    else:
        return
    raise typer.BadParameter(message, param_hint="'--output'")


def write(path: str, report: str) -> bool:
    """Write a report in one step, if the file differs; where that is not possible, say why."""
    content = report.encode()
    stray = files.astray(path, os.path.dirname(path) or os.curdir)
    if stray:
        tell([files.refused(path, stray, "remove the link, or choose another file with -o FILE")])
        return False
    try:
        if files.read(path) != content:  # it refuses folders and devices too
            files.replace(path, content)
    except OSError as error:
        tell([files.refused(path, error, "choose another file with -o FILE")])
        return False
    return True
