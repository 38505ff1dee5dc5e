"""The arguments of `resnetgen probe`."""

from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.option_types import whole_numbers
from resnetgen.cli.options import AllowOutside, Device, Set, Size, Specs, choice, words


class Format(StrEnum):
    """The output formats."""

    TABLE = "table"
    JSON = "json"


@ended
def command(
    specs: Specs,
    measure: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAMES",
            help="Take only these measurements; separate with commas, or repeat.",
            autocompletion=completion.measurements,
        ),
    ] = None,
    input_size: Size = None,
    batch: Annotated[
        int, typer.Option(parser=whole_numbers(2), metavar="N", help="Samples in a batch, at least two.")
    ] = 8,
    seed: Annotated[int, typer.Option(parser=whole_numbers(0), metavar="N", help="Seed of weights and inputs.")] = 0,
    device: Annotated[
        Device, choice(Device, metavar="DEVICE", help="cpu, cuda, or auto, which is CUDA if available.")
    ] = Device.AUTO,
    format: Annotated[Format, choice(Format, metavar="FORMAT", help=f"Output format: {words(Format)}.")] = Format.TABLE,
    plot: Annotated[
        str | None, typer.Option(metavar="FILE", help="Draw the series as curves: .svg, .html or .png.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that resnetgen did not draw.")] = False,
    set: Set = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Measure at initialization, without data, how a network will train.

    The measurements are variance, gradients, shattering, paths, activations and field. The inputs are noise. Each
    verdict names its criterion. A warning does not change the exit code.
    """
    from resnetgen.cli import set_option
    from resnetgen.cli.input_size import parse
    from resnetgen.cli.probe import run
    from resnetgen.cli.spec_args import CompileOptions

    options = CompileOptions(parse(input_size), allow_outside, set_option.parse(set))
    probe = run.ProbeOptions(tuple(measure or ()), batch, seed, device.value, format.value, plot, force)
    return run.run(specs, probe, options)
