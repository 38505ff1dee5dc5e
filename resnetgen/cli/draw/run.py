"""`resnetgen draw`: a picture of a network, written to a file or printed."""

from __future__ import annotations

import os

import typer

from resnetgen.cli import atomic_write
from resnetgen.cli.exit import OK
from resnetgen.cli.options import words
from resnetgen.cli.output import print_file, print_result
from resnetgen.cli.refusal import refuse
from resnetgen.cli.spec_args import CompileOptions, compile_arg, spec_arg
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import SpecError
from resnetgen.number_format import binary_size
from resnetgen.pictures import draw
from resnetgen.pictures.formats import FORMATS, MARK, printer

STANDARD_OUTPUT = "-"

_ELSEWHERE = "choose another file with -o FILE"


def run(spec: str, output: str | None, level: str, options: CompileOptions, *, force: bool = False) -> int:
    """Draw a network.

    Args:
        spec: the spec as the user named it.
        output: the file, `-` for standard output, or None for one with the network's name.
        level: what the picture shows, a key of `LEVELS`.
        options: the options of the compiler.
        force: overwrite a file that resnetgen has not drawn.

    Returns:
        The exit code: 1 if the spec has errors, or the file is not written.

    Raises:
        typer.BadParameter: no picture has the ending of the file.
    """
    suffix = _suffix(output)
    argument = spec_arg(spec)
    try:
        compiled = compile_arg(argument, options)
    except SpecError as error:
        return refuse(error.diagnostics)
    text = printer(suffix)(draw(compiled.trace, level))
    if output == STANDARD_OUTPUT:
        print_file(text)
        return OK
    path = output or f"{compiled.network.name}{'' if level == 'network' else f'_{level}'}{suffix}"
    refused = _write(path, text.encode(), force)
    if refused:
        return refuse([refused])
    print_result(f"{path}: {binary_size(len(text.encode()))}\n")
    return OK


def _suffix(output: str | None) -> str:
    """Return the ending of a file, which decides the format."""
    if output is None or output == STANDARD_OUTPUT:
        return next(iter(FORMATS))
    suffix = os.path.splitext(output)[1].lower()
    if suffix not in FORMATS:
        message = f"{output!r} does not end in {words(FORMATS)}, the formats of pictures"
        raise typer.BadParameter(message, param_hint="'-o'")
    return suffix


def _write(path: str, content: bytes, force: bool) -> Diagnostic | None:
    """Write a file, or return the reason against it."""
    try:
        link_fault = atomic_write.link_fault(path, os.path.dirname(path) or os.curdir)
        if link_fault:
            return atomic_write.refused(path, link_fault, f"{_ELSEWHERE}, or remove the link")
        old = atomic_write.read(path)
        if old and MARK.encode() not in old and not force:
            why = "resnetgen has not drawn this file"
            return atomic_write.refused(path, why, f"{_ELSEWHERE}, or overwrite it with --force")
        if old != content:
            atomic_write.replace(path, content)
    except OSError as error:
        return atomic_write.refused(path, error, _ELSEWHERE)
    return None
