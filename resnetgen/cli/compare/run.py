"""`resnetgen compare`: networks side by side in one table."""

from __future__ import annotations

from typing import NamedTuple

import typer

from resnetgen.cli.compare.figures import Subject, figures_table
from resnetgen.cli.compare.formats import FORMATS
from resnetgen.cli.compare.paper import paper_table
from resnetgen.cli.compare.table import Table
from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.output import print_diagnostics, print_more, print_result
from resnetgen.cli.spec_args import CompileOptions, outcomes
from resnetgen.compiler import Compiled

PAPER = "paper"


class TableOptions(NamedTuple):
    """The options of the table, as given."""

    layout: str
    format: str
    transpose: bool = False
    batch: int = 1
    dtype: str = "float32"


def run(specs: list[str], table: TableOptions, options: CompileOptions) -> int:
    """Print the table of some specs.

    Args:
        specs: the specs as the user named them.
        table: the options of the table.
        options: the options of the compiler.

    Returns:
        The exit code: 1 if a spec has errors.

    Raises:
        typer.BadParameter: the options contradict each other.
    """
    if table.transpose and table.layout == PAPER:
        raise typer.BadParameter("--transpose is for the layout `figures`", param_hint="'--transpose'")
    found = list(outcomes(specs, options))
    faults = [each for outcome in found for each in outcome.diagnostics if outcome.compiled is None]
    if faults:
        print_diagnostics(faults)
        print_more(faults)
        return FAILURE
    networks = [outcome.compiled for outcome in found if outcome.compiled is not None]
    print_result(FORMATS[table.format](_table(networks, table)))
    return OK


def _table(networks: list[Compiled], options: TableOptions) -> Table:
    if options.layout == PAPER:
        return paper_table([each.trace for each in networks])
    found = figures_table([Subject(each, options.batch, options.dtype) for each in networks])
    return found.transposed() if options.transpose else found
