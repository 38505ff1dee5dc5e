"""The arguments of `resnetgen report`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside, Batch, Dtype, DtypeOption, Set, Size, Specs


@ended
def command(
    specs: Specs,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write, .html; - prints the page."),
    ] = None,
    open: Annotated[bool, typer.Option("--open", help="Show the page in the browser.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that resnetgen did not write.")] = False,
    input_size: Size = None,
    batch: Batch = 1,
    dtype: DtypeOption = Dtype.FLOAT32,
    set: Set = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Write one page about networks: pictures, tables, charts, spec and code.

    Without -o, the file is NAME.html, or report.html for several specs. The page is a single file, which loads
    nothing and runs no script. Several specs are compared at the top.
    """
    from resnetgen.cli import set_option
    from resnetgen.cli.input_size import parse
    from resnetgen.cli.report import run
    from resnetgen.cli.spec_args import CompileOptions

    options = CompileOptions(parse(input_size), allow_outside, set_option.parse(set))
    target = run.Target(output, open, force)
    return run.run(specs, target, batch, dtype.value, options)
