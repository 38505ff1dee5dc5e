"""The arguments of `resnetgen check`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.option_types import whole_number
from resnetgen.cli.options import AllowOutside, Ignore, Set, Size, Specs, Strict, WeightsKey, choice, words
from resnetgen.reports import Format


@ended
def command(
    paths: Specs,
    format: Annotated[Format, choice(Format, metavar="FORMAT", help=f"Report format: {words(Format)}.")] = Format.TEXT,
    input_size: Size = None,
    strict: Strict = None,
    ignore: Ignore = None,
    weights: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Also check that the weights in FILE fit the network."),
    ] = None,
    weights_key: WeightsKey = "",
    changed_since: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Check only specs that changes since a git revision affect."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(parser=whole_number, metavar="N", help="Number of processes; by default chosen automatically."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the report to FILE; the text is still shown."),
    ] = None,
    set: Set = None,
    allow_outside: AllowOutside = False,
    fix: Annotated[bool, typer.Option("--fix", help="First apply the safe fixes.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change; write nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only diagnostics, without the summary.")] = False,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Print how often each code occurs, instead of diagnostics.")
    ] = False,
) -> int:
    """Report errors and warnings in specs.

    Text goes to standard error; reports in other formats go to standard output. With warnings alone the exit code is 0,
    unless --strict is given.
    """
    from resnetgen.cli import set_option
    from resnetgen.cli.check import run

    parsed = run.CheckOptions(format, input_size, tuple(ignore or ()), strict, weights, changed_since)
    parsed = parsed._replace(jobs=jobs or 0, output=output, allow_outside=allow_outside, fix=fix, diff=diff)
    parsed = parsed._replace(quiet=quiet, statistics=statistics, weights_key=weights_key)
    parsed = parsed._replace(settings=set_option.parse(set))
    return run.run(paths, parsed)
