"""The arguments of `resnetgen list`."""

from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.options import choice, words


class ListFormat(StrEnum):
    """The output formats of `resnetgen list`."""

    TABLE = "table"
    NAMES = "names"
    JSON = "json"
    MARKDOWN = "markdown"


@ended
def command(
    patterns: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATTERN",
            help="Names here or elsewhere, families, or paths, with `*`: 'seresnet*', 'cifar/*'.",
            autocompletion=completion.spec_names,
        ),
    ] = None,
    family: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Family, a folder of the collection; `main` is its top folder.",
            autocompletion=completion.families,
        ),
    ] = None,
    attention: Annotated[
        str | None, typer.Option(metavar="KIND", help="Kind of attention; or `any`, or `none`.")
    ] = None,
    params: Annotated[
        str | None, typer.Option(metavar="RANGE", help="Number of parameters: 10M..30M, 10M.. or ..30M.")
    ] = None,
    macs: Annotated[
        str | None, typer.Option(metavar="RANGE", help="Number of multiply-adds at the spec's input size.")
    ] = None,
    format: Annotated[
        ListFormat,
        choice(ListFormat, metavar="FORMAT", help=f"Output format: {words(ListFormat)}."),
    ] = ListFormat.TABLE,
) -> int:
    """List the specs that ship with resnetgen.

    With several options, a spec must match all of them. `--format names` prints input for other commands.
    """
    from resnetgen.cli.list import run

    return run.run(run.ListOptions(patterns or (), family, attention, params, macs), format.value)
