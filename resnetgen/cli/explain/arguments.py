"""The arguments of `resnetgen explain`."""

from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.cli.exit import ended


class PageFormat(StrEnum):
    """How it writes its pages."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@ended
def command(
    codes: Annotated[
        list[str] | None,
        typer.Argument(metavar="CODE", help="Codes of messages, such as RG301; RG5 stands for all that begin so."),
    ] = None,
    format: Annotated[PageFormat, typer.Option(help="How to write the pages.")] = PageFormat.TEXT,
) -> int:
    """Explain codes of messages: why each is said, a spec that it is said of, and its mend. Without CODE, list all."""
    from resnetgen.cli.explain import run

    return run.run(codes or [], format.value)
