"""The arguments of `resnetgen explain`."""

from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.options import choice, words


class PageFormat(StrEnum):
    """The output formats of `resnetgen explain`."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@ended
def command(
    codes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CODE",
            help="Codes such as RG301; RG5 means all codes that begin with it.",
            autocompletion=completion.codes,
        ),
    ] = None,
    format: Annotated[
        PageFormat,
        choice(PageFormat, metavar="FORMAT", help=f"Output format: {words(PageFormat)}."),
    ] = PageFormat.TEXT,
) -> int:
    """Explain the codes of errors and warnings.

    Each page gives the reason, a spec that fails, and the spec after the fix. Without CODE, all codes are listed.
    """
    from resnetgen.cli.explain import run

    return run.run(codes or [], format.value)
