"""The arguments of `resnetgen compare`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.option_types import whole_number
from resnetgen.cli.options import (
    AllowOutside,
    Device,
    Dtype,
    Set,
    Size,
    Specs,
    TableFormat,
    choice,
    words,
)
from resnetgen.tables.formats import FORMATS
from resnetgen.tables.layouts import LAYOUTS

_FORMATS = (TableFormat.TABLE, *FORMATS)


@ended
def command(
    specs: Specs,
    layout: Annotated[
        str,
        choice(
            LAYOUTS,
            metavar="LAYOUT",
            help="figures: a row for each network; paper: a row for each stage, as in table 1 of He et al.",
        ),
    ] = LAYOUTS[0],
    format: Annotated[
        str, choice(_FORMATS, metavar="FORMAT", help=f"Output format: {words(_FORMATS)}.")
    ] = TableFormat.TABLE,
    transpose: Annotated[bool, typer.Option("--transpose", help="Swap rows and columns.")] = False,
    latency: Annotated[
        bool, typer.Option("--latency", help="Measure milliseconds and images a second, which needs torch.")
    ] = False,
    device: Annotated[
        Device | None,
        choice(Device, metavar="DEVICE", help="Where to measure: cpu, cuda, or auto, which is CUDA if available."),
    ] = None,
    input_size: Size = None,
    batch: Annotated[
        int, typer.Option(parser=whole_number, metavar="N", help="Samples in a batch, for the memory and --latency.")
    ] = 1,
    dtype: Annotated[
        Dtype, choice(Dtype, metavar="DTYPE", help=f"Number type, for the memory and --latency: {words(Dtype)}.")
    ] = Dtype.FLOAT32,
    set: Set = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Compare any number of networks in one table: figures, or architectures as in papers.

    The figure `training` is an estimate of memory: activations, weights, gradients and the momentum of SGD.

    --latency runs each network with its initial weights on random inputs: after a warm-up, for 2 seconds and at least
    10 times. The table has the median, its 95 % confidence interval, and the device with its threads.
    """
    from resnetgen.cli import set_option
    from resnetgen.cli.compare import run
    from resnetgen.cli.input_size import parse
    from resnetgen.cli.spec_args import CompileOptions

    options = CompileOptions(parse(input_size), allow_outside, set_option.parse(set))
    table = run.TableOptions(layout, format, transpose, batch, dtype.value)
    if latency or device is not None:
        table = table._replace(latency=latency, device=(device or Device.AUTO).value)
    return run.run(specs, table, options)
