"""The arguments of `resnetgen list`."""

from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.cli.exit import ended


class ListFormat(StrEnum):
    """How the collection is listed."""

    TABLE = "table"
    NAMES = "names"
    JSON = "json"
    MARKDOWN = "markdown"


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
    format: Annotated[ListFormat, typer.Option(help="How to write the list; `names` are for another command.")] = (
        ListFormat.TABLE
    ),
) -> int:
    """List the specs that ship with resnetgen: all of them, or those that everything given here is true of."""
    from resnetgen.cli.list import run

    return run.run(run.ListOptions(patterns or (), family, attention, params, macs), format.value)
