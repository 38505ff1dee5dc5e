"""The arguments of `resnetgen new`."""

from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside


@ended
def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the network, such as my_resnet.")],
    extends: Annotated[
        str, typer.Option(metavar="SPEC", help="Spec to start from.", autocompletion=completion.specs)
    ] = "resnet50",
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="File to write, instead of NAME.yaml (in specs/ if it exists)."
        ),
    ] = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Start a spec that extends another one."""
    from resnetgen.cli.new import run

    return run.run(name, extends, output, allow_outside=allow_outside)
