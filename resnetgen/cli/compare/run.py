"""`resnetgen compare`: networks side by side in one table."""

from __future__ import annotations

from typing import NamedTuple

import typer

from resnetgen.cli.compare import text
from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.options import TableFormat
from resnetgen.cli.output import print_diagnostics, print_more, print_result, print_run_error
from resnetgen.cli.progress import with_progress
from resnetgen.cli.spec_args import CompileOptions, compiled_specs
from resnetgen.compiler import Compiled
from resnetgen.errors import RunError, SpecError
from resnetgen.runtime.latency import measure
from resnetgen.tables.formats import printer
from resnetgen.tables.layouts import LAYOUTS, layout
from resnetgen.tables.subject import Subject


class TableOptions(NamedTuple):
    """The options of the table, as given."""

    layout: str
    format: str
    transpose: bool = False
    batch: int = 1
    dtype: str = "float32"
    latency: bool = False
    device: str = ""


def run(specs: list[str], table: TableOptions, options: CompileOptions) -> int:
    """Print the table of some specs.

    Args:
        specs: the specs as the user named them.
        table: the options of the table.
        options: the options of the compiler.

    Returns:
        The exit code: 1 if a spec has errors, or a network cannot be measured.

    Raises:
        typer.BadParameter: the options contradict each other.
    """
    if table.latency and table.layout != LAYOUTS[0]:
        raise typer.BadParameter(f"--latency needs --layout {LAYOUTS[0]}", param_hint="'--latency'")
    if table.device and not table.latency:
        raise typer.BadParameter("--device needs --latency", param_hint="'--device'")
    try:
        subjects = _measured([compiled for _, compiled in compiled_specs(specs, options)], table)
    except SpecError as error:
        print_diagnostics(error.diagnostics)
        print_more(error.diagnostics)
        return FAILURE
    except RunError as error:
        print_run_error(error)
        return FAILURE
    made = layout(table.layout)(subjects)
    printed = text.print_table if table.format == TableFormat.TABLE else printer(table.format)
    print_result(printed(made.transposed() if table.transpose else made))
    return OK


def _measured(networks: list[Compiled], table: TableOptions) -> list[Subject]:
    """Return the networks for the table, measured if that is asked for.

    Raises:
        RunError: torch or the device is not there, or its memory does not suffice.
    """
    subjects = [Subject(each, table.batch, table.dtype) for each in networks]
    if not table.latency:
        return subjects
    times = (measure(each, table.device, table.batch, table.dtype) for each in networks)
    found = with_progress(times, len(networks))
    return [subject._replace(latency=each) for subject, each in zip(subjects, found, strict=True)]
