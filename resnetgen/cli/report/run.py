"""`resnetgen report`: a page about one network, or about several, written to a file or printed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import typer

from resnetgen.cli import marked_file
from resnetgen.cli.exit import OK
from resnetgen.cli.output import print_file, print_note, print_result
from resnetgen.cli.refusal import refuse
from resnetgen.cli.spec_args import CompileOptions, compiled_specs
from resnetgen.compiler import Compiled
from resnetgen.errors import SpecError
from resnetgen.number_format import binary_size
from resnetgen.pages.page import MARK
from resnetgen.runtime.packages import require_packages

STANDARD_OUTPUT = "-"

SUFFIX = ".html"


class Target(NamedTuple):
    """Where the page goes: a file, `-` for standard output, or None for one with the network's name.

    With `open`, it is shown in the browser; with `force`, a file that resnetgen has not written is overwritten.
    """

    path: str | None
    open: bool = False
    force: bool = False


def run(specs: list[str], target: Target, batch: int, dtype: str, options: CompileOptions) -> int:
    """Write the report of some specs.

    Args:
        specs: the specs as the user named them.
        target: where the page goes.
        batch: the samples for the activation memory.
        dtype: the data type for the activation memory.
        options: the options of the compiler.

    Returns:
        The exit code: 1 if a spec has errors, or the file is not written.

    Raises:
        typer.BadParameter: the file is no page, standard output is to be shown in the browser, or no spec is named.
        ResnetgenError: a package is missing.
    """
    _check(target)
    require_packages(("pygments",), "report", "writing a report")
    try:
        compiled = [each for _, each in compiled_specs(specs, options)]
    except SpecError as error:
        return refuse(error.diagnostics)
    text = _document(compiled, batch, dtype)
    if target.path == STANDARD_OUTPUT:
        print_file(text)
        return OK
    names = [each.network.name for each in compiled]
    path = target.path or f"{names[0] if len(names) == 1 else 'report'}{SUFFIX}"
    why = "resnetgen has not written this file"
    refused = marked_file.write(path, text.encode(), mark=MARK, why=why, force=target.force)
    if refused:
        return refuse([refused])
    print_result(f"{path}: {binary_size(len(text.encode()))}\n")
    if target.open:
        _show(path)
    return OK


def _check(target: Target) -> None:
    """Refuse a target that no page can go to."""
    if target.path == STANDARD_OUTPUT:
        if target.open:
            raise typer.BadParameter("a printed page cannot be shown; name a file with -o", param_hint="'--open'")
    elif target.path is not None and marked_file.suffix_of(target.path) != SUFFIX:
        raise typer.BadParameter(f"{target.path!r} does not end in {SUFFIX}", param_hint="'-o'")


def _document(compiled: list[Compiled], batch: int, dtype: str) -> str:
    from resnetgen.cli.report.document import document

    if not compiled:
        raise typer.BadParameter("the given folders hold no spec", param_hint="'SPEC...'")
    return document(compiled, batch, dtype)


def _show(path: str) -> None:
    import webbrowser

    if not webbrowser.open(Path(path).resolve().as_uri()):
        print_note("no browser could be started; open the file yourself\n")
