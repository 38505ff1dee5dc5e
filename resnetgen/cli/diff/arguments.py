"""The arguments of `resnetgen diff`."""

from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside, Batch, Dtype, DtypeOption, Set, Size, TableAs, TableFormat


@ended
def command(
    specs: Annotated[
        list[str],
        typer.Argument(
            metavar="SPEC",
            help="Two specs, or one with --since or --set: files, names, `-`, or REV:PATH.",
            autocompletion=completion.specs,
        ),
    ],
    since: Annotated[
        str | None, typer.Option(metavar="REV", help="Compare the spec at a git revision with the spec now.")
    ] = None,
    format: TableAs = TableFormat.TABLE,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 if the networks differ, as git diff does.")
    ] = False,
    input_size: Size = None,
    batch: Batch = 1,
    dtype: DtypeOption = Dtype.FLOAT32,
    set: Set = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Compare two networks: shapes, costs and state dicts.

    The result also shows if the weights of one network load into the other. REV:PATH is a spec at a git revision, such
    as main:specs/mine.yaml. With one spec, --set compares it without and with the values; otherwise they apply to both.
    """
    from resnetgen.cli import set_option
    from resnetgen.cli.diff import run

    parsed = run.DiffOptions(since, format.value, input_size, batch, dtype.value, exit_code, allow_outside)
    return run.run(specs, parsed._replace(settings=set_option.parse(set)))
