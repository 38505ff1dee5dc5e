"""The arguments of `resnetgen lab copy`."""

from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended


@ended
def command(
    experiment: Annotated[
        str,
        typer.Argument(metavar="NAME", help="Name of a shipped experiment.", autocompletion=completion.experiments),
    ],
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="File to write, instead of NAME.yaml.")
    ] = None,
) -> int:
    """Write a shipped experiment to a file of your own.

    What it extends is merged in, so that the file says everything.
    """
    from resnetgen.cli.lab.copy import run

    return run.run(experiment, output)
