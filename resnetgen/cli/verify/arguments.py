"""The arguments of `resnetgen verify`."""

from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.option_types import whole_number
from resnetgen.cli.options import AllowOutside, Device, Ignore, Set, Specs, choice, words


class Format(StrEnum):
    """The output formats of `resnetgen verify`."""

    TABLE = "table"
    JSON = "json"


@ended
def command(
    specs: Specs,
    device: Annotated[
        Device,
        choice(Device, metavar="DEVICE", help="cpu, cuda, or auto, which is CUDA if available."),
    ] = Device.AUTO,
    input_size: Annotated[
        str | None,
        typer.Option(metavar="SIZE", help="Input size, instead of each spec's: 224, 320x192, or `smallest`."),
    ] = None,
    batch: Annotated[
        int, typer.Option(parser=whole_number, metavar="N", help="Samples in a batch; training needs at least two.")
    ] = 2,
    checks: Annotated[
        list[str] | None,
        typer.Option(
            "--checks",
            "--check",
            metavar="NAMES",
            help="Run only these checks or groups; separate with commas.",
            autocompletion=completion.checks,
        ),
    ] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option(metavar="NAMES", help="Skip these checks or groups.", autocompletion=completion.checks),
    ] = None,
    deploy: Annotated[bool, typer.Option("--deploy", help="Verify the inference form, with norms folded.")] = False,
    format: Annotated[Format, choice(Format, metavar="FORMAT", help=f"Output format: {words(Format)}.")] = Format.TABLE,
    jobs: Annotated[
        int | None,
        typer.Option(parser=whole_number, metavar="N", help="Networks at a time; by default one for each processor."),
    ] = None,
    timeout: Annotated[int, typer.Option(parser=whole_number, metavar="SECONDS", help="Time limit of a check.")] = 600,
    ignore: Ignore = None,
    set: Set = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Run networks, and compare them with the compiler's predictions.

    Each network is written to a temporary folder and imported by a separate process. The checks are in three groups:
    prediction, behaviour and tools. A check is skipped, with the reason, if it needs a package that is not installed.
    """
    from resnetgen.cli import set_option
    from resnetgen.cli.verify import run

    parsed = run.VerifyOptions(tuple(checks or ()), tuple(skip or ()), device.value, input_size, batch)
    parsed = parsed._replace(
        jobs=jobs or 0,
        timeout=timeout,
        deploy=deploy,
        format=format.value,
        allow_outside=allow_outside,
        ignore=tuple(ignore or ()),
    )
    return run.run(specs, parsed._replace(settings=set_option.parse(set)))
