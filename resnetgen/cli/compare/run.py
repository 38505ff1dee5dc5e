"""`resnetgen compare`: networks side by side in one table."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.cli.compare import text
from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.options import TableFormat
from resnetgen.cli.output import print_diagnostics, print_more, print_result
from resnetgen.cli.spec_args import CompileOptions, outcomes
from resnetgen.tables.formats import printer
from resnetgen.tables.layouts import layout
from resnetgen.tables.subject import Subject


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
    """
    found = list(outcomes(specs, options))
    faults = [each for outcome in found for each in outcome.diagnostics if outcome.compiled is None]
    if faults:
        print_diagnostics(faults)
        print_more(faults)
        return FAILURE
    networks = [outcome.compiled for outcome in found if outcome.compiled is not None]
    made = layout(table.layout)([Subject(each, table.batch, table.dtype) for each in networks])
    printed = text.print_table if table.format == TableFormat.TABLE else printer(table.format)
    print_result(printed(made.transposed() if table.transpose else made))
    return OK
