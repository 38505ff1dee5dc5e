"""The arguments of `resnetgen new`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside


@ended
def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The network's name, such as my_resnet.")],
    extends: Annotated[str, typer.Option(metavar="SPEC", help="The spec to start from.")] = "resnet50",
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Instead of NAME.yaml, in specs/ if there is one."),
    ] = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Start a spec: a short file that changes another one."""
    from resnetgen.cli.new import run

    return run.run(name, extends, output, allow_outside=allow_outside)
