"""The arguments of `resnetgen show`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside, Batch, Dtype, DtypeOption, Set, Size, Spec, TableAs, TableFormat


@ended
def command(
    spec: Spec,
    blocks: Annotated[
        bool, typer.Option("--blocks", help="A row for each block; equal neighbours share a row.")
    ] = False,
    ops: Annotated[bool, typer.Option("--ops", help="A row for each operator of each distinct block.")] = False,
    format: TableAs = TableFormat.TABLE,
    input_size: Size = None,
    batch: Batch = 1,
    dtype: DtypeOption = Dtype.FLOAT32,
    set: Set = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Show a network's shapes, shortcuts and costs."""
    from resnetgen.cli import set_option
    from resnetgen.cli.input_size import parse
    from resnetgen.cli.show import run
    from resnetgen.cli.spec_args import CompileOptions

    level = run.level(blocks, ops)
    options = CompileOptions(parse(input_size), allow_outside, set_option.parse(set))
    return run.run(spec, level, format.value, batch, dtype.value, options)
