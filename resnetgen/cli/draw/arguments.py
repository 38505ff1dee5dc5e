"""The arguments of `resnetgen draw`."""

from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.option_types import one_of
from resnetgen.cli.options import AllowOutside, Set, Size, Spec


class Level(StrEnum):
    """The subject of a picture."""

    NETWORK = "network"
    BLOCK = "block"
    ALL = "all"


@ended
def command(
    spec: Spec,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write, .svg or .html; - prints an SVG."),
    ] = None,
    level: Annotated[
        Level,
        typer.Option(
            parser=one_of(Level),
            metavar="LEVEL",
            help="network, with each block a slab; block, with each form of block drawn once; or all.",
        ),
    ] = Level.NETWORK,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that resnetgen has not drawn.")] = False,
    input_size: Size = None,
    set: Set = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Draw a network or its blocks as a picture: SVG, or a page of HTML.

    Without -o, the file is NAME.svg. Text stays text, colours follow the reader's light or dark setting, and exact
    figures show under the pointer.
    """
    from resnetgen.cli import set_option
    from resnetgen.cli.draw import run
    from resnetgen.cli.input_size import parse
    from resnetgen.cli.spec_args import CompileOptions

    options = CompileOptions(parse(input_size), allow_outside, set_option.parse(set))
    return run.run(spec, output, level.value, options, force=force)
