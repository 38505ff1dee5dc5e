"""The arguments of `resnetgen check`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside, Ignore, Size, Strict
from resnetgen.reports import Format


@ended
def command(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Specs: files, folders, or names as in `list`.")],
    format: Annotated[Format, typer.Option(help="How to write what is found.")] = Format.TEXT,
    input_size: Size = None,
    strict: Strict = None,
    ignore: Ignore = None,
    weights: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Also tell where the network and the weights in a file do not fit together."),
    ] = None,
    changed_since: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Check only what the changes since a revision of git affect, `extends` too."),
    ] = None,
    jobs: Annotated[
        int, typer.Option(min=1, metavar="N", help="Processes at once; by default as many as pay.", show_default=False)
    ] = 0,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write it to a file; as text, it is shown nevertheless."),
    ] = None,
    allow_outside: AllowOutside = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="First make the changes that are certain to mend something.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, and write nothing.")] = False,
) -> int:
    """Show everything that is wrong with specs, and what may be."""
    from resnetgen.cli.check import run

    wanted = run.CheckOptions(format, input_size, tuple(ignore or ()), strict, weights, changed_since, jobs, output)
    wanted = wanted._replace(allow_outside=allow_outside, fix=fix, diff=diff)
    return run.run(paths, wanted)
