"""The arguments of `resnetgen verify`."""

from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside


class Device(StrEnum):
    """On what networks are run."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


class Format(StrEnum):
    """How what is found is written."""

    TABLE = "table"
    JSON = "json"


@ended
def command(
    specs: Annotated[list[str], typer.Argument(metavar="SPEC", help="Specs: files, folders, or names as in `list`.")],
    device: Annotated[Device, typer.Option(help="On what to run them; auto takes CUDA where there is any.")] = (
        Device.AUTO
    ),
    input_size: Annotated[
        str | None,
        typer.Option(metavar="SIZE", help="Instead of each spec's own: 224, 320x192, or `smallest` for what will do."),
    ] = None,
    batch: Annotated[int, typer.Option(min=1, metavar="N", help="Samples in a batch; training takes two or more.")] = 2,
    checks: Annotated[
        list[str] | None,
        typer.Option("--checks", "--check", metavar="NAMES", help="Only these checks, or groups of them, with commas."),
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option(metavar="NAMES", help="Leave out these checks, or groups of them.")
    ] = None,
    deploy: Annotated[
        bool, typer.Option("--deploy", help="Verify the form for inference, with norms folded into convolutions.")
    ] = False,
    format: Annotated[Format, typer.Option(help="How to write what is found.")] = Format.TABLE,
    jobs: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", help="Networks at once; by default one for each processor.", show_default=False
        ),
    ] = 0,
    timeout: Annotated[
        int, typer.Option(min=1, metavar="SECONDS", help="How long a check may take before it has failed.")
    ] = 600,
    allow_outside: AllowOutside = False,
) -> int:
    """Run networks, and compare what they do with what the compiler says of them.

    Each is written to a temporary folder and imported by a process of its own. The checks are of three groups:
    prediction, behaviour and tools. What a check needs and is not there, such as a package, keeps it from being run,
    and is told.
    """
    from resnetgen.cli.verify import run

    wanted = run.VerifyOptions(tuple(checks or ()), tuple(skip or ()), device.value, input_size, batch)
    wanted = wanted._replace(
        jobs=jobs, timeout=timeout, deploy=deploy, format=format.value, allow_outside=allow_outside
    )
    return run.run(specs, wanted)
