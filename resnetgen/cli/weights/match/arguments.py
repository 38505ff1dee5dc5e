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
    most: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Networks to show.")] = 3,
    weights_key: WeightsKey = "",
    format: WeightsAs = WeightsFormat.TEXT,
) -> int:
    """Find the networks of the collection that a file of weights is of.

    Names, prefixes and containers do not matter. For each network, the result has what differs and the next command.
    The exit code is 1 if no network is near. Values are not read, nothing of the file is run, and torch is not needed.
    """
    from resnetgen.cli.weights.match import run

    return run.run(file, most, weights_key, format)
