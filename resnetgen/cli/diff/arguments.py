"""The arguments of `resnetgen diff`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside, Dtype, Size, TableAs, TableFormat


@ended
def command(
    specs: Annotated[
        list[str],
        typer.Argument(metavar="SPEC", help="Two specs, or one with --since: files, names as in `list`, or REV:PATH."),
    ],
    since: Annotated[
        str | None, typer.Option(metavar="REV", help="Compare the spec as it was at a revision with what it is now.")
    ] = None,
    format: TableAs = TableFormat.TABLE,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 where they differ, as git does.")] = False,
    input_size: Size = None,
    batch: Annotated[int, typer.Option(min=1, metavar="N", help="Samples in a batch, for the memory.")] = 1,
    dtype: Annotated[Dtype, typer.Option(help="The type of the values, for the memory.")] = Dtype.FLOAT32,
    allow_outside: AllowOutside = False,
) -> int:
    """Show how two networks differ, and whether the weights of one load into the other.

    REV:PATH is a spec as git has it, such as main:specs/mine.yaml.
    """
    from resnetgen.cli.diff import run

    wanted = run.DiffOptions(since, format.value, input_size, batch, dtype.value, exit_code, allow_outside)
    return run.run(specs, wanted)
