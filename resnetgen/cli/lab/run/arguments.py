"""The arguments of `resnetgen lab run`."""

from typing import Annotated, Any

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.lab.options import with_run_options


@ended
@with_run_options
def command(
    experiment: Annotated[
        str,
        typer.Argument(
            metavar="EXPERIMENT",
            help="A file, or the name of a shipped experiment.",
            autocompletion=completion.experiments,
        ),
    ],
    options: Any,
) -> int:
    """Train the networks of an experiment, and write a page with the results.

    Run it again after an interruption: it goes on after the last whole epoch. `resnetgen lab copy` writes a shipped
    experiment to a file that you can change.
    """
    from resnetgen.cli.lab.run import run

    return run.run(experiment, options)
