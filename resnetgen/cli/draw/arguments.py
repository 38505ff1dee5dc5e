"""The arguments of `resnetgen draw`."""

from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside, Set, Size, Spec, choice, words
from resnetgen.pictures.formats import FORMATS
from resnetgen.pictures.levels import LEVELS


@ended
def command(
    spec: Spec,
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="OTHER",
            help="Another spec, drawn beside it.",
            autocompletion=completion.specs,
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help=f"File to write, {words(FORMATS)}; - prints an SVG."),
    ] = None,
    level: Annotated[
        str,
        choice(
            LEVELS,
            metavar="LEVEL",
            help="network: each block as a slab; block: each form of block once; all: both.",
        ),
    ] = LEVELS[0],
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that resnetgen did not draw.")] = False,
    input_size: Size = None,
    set: Set = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Draw a network or its blocks as a picture: SVG, HTML, Mermaid, Graphviz or LaTeX.

    Without -o, the file is NAME.svg, NAME_block.svg or NAME_all.svg. Text in it can be searched, and colours follow the
    reader's light or dark setting. To see exact figures, point at a part of the picture. With two specs, the picture
    marks what differs.
    """
    from resnetgen.cli import set_option
    from resnetgen.cli.draw import run
    from resnetgen.cli.input_size import parse
    from resnetgen.cli.spec_args import CompileOptions

    options = CompileOptions(parse(input_size), allow_outside, set_option.parse(set))
    return run.run([spec, *([] if other is None else [other])], output, level, options, force=force)
