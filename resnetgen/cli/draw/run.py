"""`resnetgen draw`: a picture of a network, written to a file or printed."""

from __future__ import annotations

import typer

from resnetgen.cli import marked_file
from resnetgen.cli.exit import OK
from resnetgen.cli.options import words
from resnetgen.cli.output import print_file, print_result
from resnetgen.cli.refusal import refuse
from resnetgen.cli.spec_args import CompileOptions, outcome, spec_arg
from resnetgen.number_format import binary_size
from resnetgen.pictures.drawing import Drawing
from resnetgen.pictures.formats import FORMATS, MARK, printer
from resnetgen.pictures.levels import LEVELS

STANDARD_OUTPUT = "-"


def run(specs: list[str], output: str | None, level: str, options: CompileOptions, *, force: bool = False) -> int:
    """Draw a network, or two.

    Args:
        specs: the spec or the two specs as the user named them.
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
    found = [outcome(spec_arg(spec), options) for spec in specs]
    compiled = [each.compiled for each in found if each.compiled is not None]
    if len(compiled) < len(found):
        return refuse([fault for each in found if each.compiled is None for fault in each.diagnostics])
    text = printer(suffix)(Drawing(compiled[0].trace, level, compiled[1].trace if compiled[1:] else None))
    if output == STANDARD_OUTPUT:
        print_file(text)
        return OK
    names = "_".join(each.network.name for each in compiled)
    path = output or f"{names}{'' if level == LEVELS[0] else f'_{level}'}{suffix}"
    why = "resnetgen has not drawn this file"
    refused = marked_file.write(path, text.encode(), mark=MARK, why=why, force=force)
    if refused:
        return refuse([refused])
    print_result(f"{path}: {binary_size(len(text.encode()))}\n")
    return OK


def _suffix(output: str | None) -> str:
    """Return the ending of a file, which decides the format."""
    if output is None or output == STANDARD_OUTPUT:
        return next(iter(FORMATS))
    suffix = marked_file.suffix_of(output)
    if suffix not in FORMATS:
        message = f"{output!r} does not end in {words(FORMATS)}, the formats of pictures"
        raise typer.BadParameter(message, param_hint="'-o'")
    return suffix
