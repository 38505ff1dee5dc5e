"""The plot of `resnetgen probe`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from resnetgen.cli import marked_file
from resnetgen.cli.exit import OK
from resnetgen.cli.options import words
from resnetgen.cli.output import print_note
from resnetgen.cli.refusal import refuse
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.number_format import binary_size
from resnetgen.pictures.formats import MARK

if TYPE_CHECKING:
    from resnetgen.cli.probe.run import Probed
    from resnetgen.pictures.geometry import Picture

SUFFIXES = (".svg", ".html", ".png")
"""The endings of plots."""


_NOT_OURS = "resnetgen has not drawn this file"


def suffix_of(path: str | None) -> str:
    """Return the ending of a plot, which decides the format; empty without a plot.

    Raises:
        typer.BadParameter: no plot has this ending.
    """
    if path is None:
        return ""
    suffix = marked_file.suffix_of(path)
    if suffix not in SUFFIXES:
        message = f"{path!r} does not end in {words(SUFFIXES)}, the formats of plots"
        raise typer.BadParameter(message, param_hint="'--plot'")
    return suffix


def require(suffix: str) -> None:
    """See that what draws a format is installed, before anything is measured.

    Raises:
        RunError: it is not.
    """
    if suffix == ".png":
        from resnetgen.runtime.packages import require_packages

        require_packages(("resvg_py",), "png", "a plot in PNG")


def refused(path: str | None, *, force: bool) -> Diagnostic | None:
    """Return the reason why a plot cannot replace what is there, before anything is measured for it."""
    if path is None:
        return None
    return marked_file.refused(path, mark=MARK, why=_NOT_OURS, force=force, option="--plot")


def write(path: str, suffix: str, probed: Sequence[Probed], *, force: bool) -> int:
    """Write a plot and print its name and size.

    Returns:
        The exit code: 1 if it is not written.
    """
    from resnetgen.probe.plot import Measured, draw_findings

    measured = [Measured(each.name, _adds(each), each.trace.network.blocks(), each.findings) for each in probed]
    content = _printed(draw_findings(measured), suffix)
    found = marked_file.write(path, content, mark=MARK, why=_NOT_OURS, force=force, option="--plot")
    if found:
        return refuse([found])
    print_note(f"{path}: {binary_size(len(content))}\n")
    return OK


def _adds(probed: Probed) -> bool:
    """Return whether a block of a network adds a shortcut."""
    runs = (run for stage in probed.trace.network.stages for run in stage.block_runs)
    return any(run.block.shortcut.kind != "none" for run in runs)


def _printed(picture: Picture, suffix: str) -> bytes:
    from resnetgen.pictures import html, png, svg

    if suffix == ".png":
        return png.print_picture(picture)
    text = html.print_picture(picture) if suffix == ".html" else svg.print_picture(picture)
    return text.encode()
