"""The arguments of `resnetgen sweep`."""

from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.option_types import whole_number
from resnetgen.cli.options import AllowOutside, choice, words

_FORMATS = ("table", "markdown", "csv", "json")


@ended
def command(
    space: Annotated[
        str,
        typer.Argument(
            metavar="SPACE", help="The file of a space: a spec with ranges.", autocompletion=completion.specs
        ),
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FOLDER", help="Folder to write the candidates to.")
    ] = "candidates",
    number: Annotated[
        int, typer.Option("--number", "-n", parser=whole_number, metavar="N", help="Number of candidates to write.")
    ] = 100,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of the candidates.")] = 0,
    max_draws: Annotated[
        int, typer.Option(parser=whole_number, metavar="N", help="Most candidates to draw, with those dropped.")
    ] = 100_000,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", parser=whole_number, metavar="N", help="Processes that compile candidates.")
    ] = 1,
    format: Annotated[str, choice(_FORMATS, metavar="FORMAT", help=f"Output format: {words(_FORMATS)}.")] = _FORMATS[0],
    allow_outside: AllowOutside = False,
) -> int:
    """Draw specs from a design space, and write those that satisfy its constraints.

    A space is a spec with ranges in place of values, and `constraints` on the figures of the networks. Run it again
    after an interruption: files that are written already are kept.
    """
    from resnetgen.cli.sweep import run

    options = run.SweepOptions(output, number, seed, max_draws, jobs, format, allow_outside)
    return run.run(space, options)
