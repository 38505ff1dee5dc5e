"""The arguments of `resnetgen list`."""

from typing import Annotated

import typer

from resnetgen.cli.options import TableAs, TableFormat
from resnetgen.commands.ending import ended


@ended
def command(
    patterns: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATTERN", help="Names, here or elsewhere; `*` stands for anything: 'seresnet*'."),
    ] = None,
    family: Annotated[
        str | None, typer.Option(metavar="NAME", help="A folder of the collection; `main` is its top.")
    ] = None,
    attention: Annotated[
        str | None, typer.Option(metavar="KIND", help="Networks with that attention; or `any`, or `none`.")
    ] = None,
    params: Annotated[
        str | None, typer.Option(metavar="RANGE", help="Their parameters: 10M..30M, 10M.. or ..30M.")
    ] = None,
    macs: Annotated[
        str | None, typer.Option(metavar="RANGE", help="Their multiply-adds at their own input size, likewise.")
    ] = None,
    format: TableAs = TableFormat.TABLE,
) -> int:
    """List the specs that ship with resnetgen: all of them, or those that everything given here is true of."""
    from resnetgen.commands import list

    return list.run(list.Wanted(patterns or (), family, attention, params, macs), format.value)
