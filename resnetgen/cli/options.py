"""Options that several commands share."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

import typer

from resnetgen.cli import completion
from resnetgen.cli.option_types import one_of, whole_number
from resnetgen.cli.set_completion import set_paths


def words(values: Iterable[str]) -> str:
    """Return `table, json or markdown` for a help text."""
    *first, last = map(str, values)
    return f"{', '.join(first)} or {last}"


def choice(values: Iterable[str], *names: str, metavar: str, help: str) -> Any:
    """Return an option with some values, or the members of an enumeration; without names, its parameter names it."""
    return typer.Option(
        *names, parser=one_of(values), autocompletion=completion.members(values), metavar=metavar, help=help
    )


class TableFormat(StrEnum):
    """The output formats of tables."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class Device(StrEnum):
    """The devices that networks run on."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


class Dtype(StrEnum):
    """The data types of a network's values."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    BFLOAT16 = "bfloat16"
    FLOAT64 = "float64"


Specs = Annotated[
    list[str],
    typer.Argument(
        metavar="SPEC", help="Spec files, folders, names as in `list`, or `-`.", autocompletion=completion.specs
    ),
]
Spec = Annotated[
    str,
    typer.Argument(metavar="SPEC", help="A spec file, a name as in `list`, or `-`.", autocompletion=completion.specs),
]
Size = Annotated[
    str | None,
    typer.Option("--input-size", metavar="SIZE", help="Input size, instead of the spec's: 224, 320x192 or 320,192."),
]
Strict = Annotated[
    bool | None, typer.Option("--strict/--no-strict", help="Treat warnings as errors.", show_default=False)
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CODE",
        help="Hide warnings of these codes; separate with commas, or repeat.",
        autocompletion=completion.warning_codes,
    ),
]


def _set(what: str) -> Any:
    """Return the option that sets keys, with what it sets them of in its help."""
    return typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help=f"Set a key of {what}, as in head.classes=10; repeatable.",
        autocompletion=set_paths,
    )


Set = Annotated[list[str] | None, _set("each spec")]
SetOfSpec = Annotated[list[str] | None, _set("the spec")]
SetOfImported = Annotated[list[str] | None, _set("the new spec")]
AllowOutside = Annotated[
    bool, typer.Option("--allow-outside", help="Allow specs to extend files outside their project.")
]
TableAs = Annotated[
    TableFormat, choice(TableFormat, "--format", metavar="FORMAT", help=f"Output format: {words(TableFormat)}.")
]
Batch = Annotated[
    int, typer.Option("--batch", parser=whole_number, metavar="N", help="Samples in a batch, for the memory.")
]
DtypeOption = Annotated[
    Dtype, choice(Dtype, "--dtype", metavar="DTYPE", help=f"Number type, for the memory: {words(Dtype)}.")
]
WeightsKey = Annotated[
    str,
    typer.Option(
        "--weights-key",
        metavar="KEY",
        help="Part of the weights file to use, such as model_ema.",
        show_default=False,
    ),
]
