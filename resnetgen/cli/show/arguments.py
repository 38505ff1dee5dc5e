"""The arguments of `resnetgen show`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside, Batch, Dtype, DtypeOption, Size, Spec, TableAs, TableFormat


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
    allow_outside: AllowOutside = False,
) -> int:
    """Show a network's shapes, shortcuts and costs."""
    from resnetgen.cli.show import run

    level = run.level(blocks, ops)
    return run.run(spec, level, format.value, input_size, batch, dtype.value, allow_outside=allow_outside)
