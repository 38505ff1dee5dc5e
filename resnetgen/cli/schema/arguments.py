"""The arguments of `resnetgen schema`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended


@ended
def command(
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to a file, rather than print it.")
    ] = None,
) -> int:
    """Print the language as a JSON Schema, with which YAML editors complete, check and explain specs."""
    from resnetgen.cli.schema import run

    return run.run(output)
