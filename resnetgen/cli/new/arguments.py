"""The arguments of `resnetgen new`."""

from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.option_types import whole_number
from resnetgen.cli.options import AllowOutside


@ended
def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the network, such as my_resnet.")],
    extends: Annotated[
        str, typer.Option(metavar="SPEC", help="Spec to start from.", autocompletion=completion.specs)
    ] = "resnet50",
    classes: Annotated[int | None, typer.Option(parser=whole_number, metavar="N", help="Number of classes.")] = None,
    size: Annotated[str | None, typer.Option(metavar="SIZE", help="Input size: 224, 320x192 or 320,192.")] = None,
    channels: Annotated[
        int | None, typer.Option(parser=whole_number, metavar="N", help="Number of input channels.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File to write, instead of NAME.yaml (in specs/ if it exists); - for standard output.",
        ),
    ] = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Start a spec that extends another one.

    With --size, the new spec has a stem for small images if the maps of the base would become too small (RG501).
    """
    from resnetgen.cli.input_size import parse
    from resnetgen.cli.new import run

    values = run.Values(classes, parse(size, option="--size"), channels)
    return run.run(name, extends, output, values, allow_outside=allow_outside)
