"""The options that several commands have."""

from enum import StrEnum
from typing import Annotated

import typer


class TableFormat(StrEnum):
    """How a table is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class Dtype(StrEnum):
    """The type of a network's values."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    BFLOAT16 = "bfloat16"
    FLOAT64 = "float64"


Size = Annotated[
    str | None,
    typer.Option("--input-size", metavar="SIZE", help="Instead of the spec's own input size: 224, 320x192 or 320,192."),
]
Strict = Annotated[
    bool | None, typer.Option("--strict/--no-strict", help="Take warnings for errors.", show_default=False)
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(metavar="CODE", help="Leave warnings of this code out; several with commas, or the option again."),
]
AllowOutside = Annotated[
    bool, typer.Option("--allow-outside", help="Let specs extend files outside of the tree that they are in.")
]
TableAs = Annotated[TableFormat, typer.Option("--format", help="How to write the table.")]
