"""Options that several commands share."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import typer


def words(values: Iterable[str]) -> str:
    """Return `table, json or markdown` for a help text."""
    *first, last = map(str, values)
    return f"{', '.join(first)} or {last}"


class TableFormat(StrEnum):
    """The output formats of tables."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class Dtype(StrEnum):
    """The data types of a network's values."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    BFLOAT16 = "bfloat16"
    FLOAT64 = "float64"


Size = Annotated[
    str | None,
    typer.Option("--input-size", metavar="SIZE", help="Input size, instead of the spec's: 224, 320x192 or 320,192."),
]
Strict = Annotated[
    bool | None, typer.Option("--strict/--no-strict", help="Treat warnings as errors.", show_default=False)
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(metavar="CODE", help="Hide warnings of these codes; separate with commas, or repeat."),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Set a key of each spec, as in head.classes=10; repeatable."),
]
AllowOutside = Annotated[
    bool, typer.Option("--allow-outside", help="Allow specs to extend files outside their project.")
]
TableAs = Annotated[
    TableFormat, typer.Option("--format", metavar="FORMAT", help=f"Output format: {words(TableFormat)}.")
]
Batch = Annotated[int, typer.Option("--batch", min=1, metavar="N", help="Samples in a batch, for the memory.")]
DtypeOption = Annotated[
    Dtype, typer.Option("--dtype", metavar="DTYPE", help=f"Number type, for the memory: {words(Dtype)}.")
]
