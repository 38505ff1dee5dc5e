"""The arguments of `resnetgen schema`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended


@ended
def command(
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the schema to FILE instead of printing it."),
    ] = None,
    space: Annotated[
        bool, typer.Option("--space", help="The schema of design spaces, which `resnetgen sweep` reads.")
    ] = False,
) -> int:
    """Print the spec language as a JSON Schema, for editors.

    With it, YAML editors complete, check and explain specs. Design spaces have a schema of their own.
    """
    from resnetgen.cli.schema import run

    return run.run(output, space)
