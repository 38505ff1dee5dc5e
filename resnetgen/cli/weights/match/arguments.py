"""The arguments of `resnetgen weights match`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.option_types import whole_number
from resnetgen.cli.options import WeightsKey
from resnetgen.cli.weights.options import WeightsAs, WeightsFile, WeightsFormat


@ended
def command(
    file: WeightsFile,
    most: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Number of networks to show.")] = 3,
    weights_key: WeightsKey = "",
    format: WeightsAs = WeightsFormat.TEXT,
) -> int:
    """Find the shipped networks that a file of weights fits.

    Networks are found by shapes, so the names in FILE do not matter. The output has the nearest networks, their
    differences, and the command to run next. The exit code is 1 if no network is near. No values are read, no code in
    FILE is run, and torch is not needed.
    """
    from resnetgen.cli.weights.match import run

    return run.run(file, most, weights_key, format)
