"""The arguments of `resnetgen compare`."""

from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside, Batch, Dtype, DtypeOption, Set, Size, Specs, choice


class Layout(StrEnum):
    """The contents of the table."""

    FIGURES = "figures"
    PAPER = "paper"


class Format(StrEnum):
    """The output formats."""

    TABLE = "table"
    MARKDOWN = "markdown"
    LATEX = "latex"
    CSV = "csv"
    JSON = "json"
    HTML = "html"


@ended
def command(
    specs: Specs,
    layout: Annotated[
        Layout,
        choice(
            Layout,
            metavar="LAYOUT",
            help="figures: a row for each network; paper: a row for each stage, as in table 1 of He et al.",
        ),
    ] = Layout.FIGURES,
    format: Annotated[
        Format, choice(Format, metavar="FORMAT", help="table, markdown, latex, csv, json or html.")
    ] = Format.TABLE,
    transpose: Annotated[
        bool, typer.Option("--transpose", help="A column for each network, instead of a row.")
    ] = False,
    input_size: Size = None,
    batch: Batch = 1,
    dtype: DtypeOption = Dtype.FLOAT32,
    set: Set = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Compare any number of networks in one table: figures, or architectures as in papers.

    The figure `training` is an estimate of memory: activations, weights, gradients and the momentum of SGD.
    """
    from resnetgen.cli import set_option
    from resnetgen.cli.compare import run
    from resnetgen.cli.input_size import parse
    from resnetgen.cli.spec_args import CompileOptions

    options = CompileOptions(parse(input_size), allow_outside, set_option.parse(set))
    table = run.TableOptions(layout.value, format.value, transpose, batch, dtype.value)
    return run.run(specs, table, options)
