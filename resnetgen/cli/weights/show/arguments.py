"""The arguments of `resnetgen weights show`."""

from resnetgen.cli.exit import ended
from resnetgen.cli.options import WeightsKey
from resnetgen.cli.weights.options import WeightsAs, WeightsFile, WeightsFormat


@ended
def command(file: WeightsFile, weights_key: WeightsKey = "", format: WeightsAs = WeightsFormat.TEXT) -> int:
    """Show the tensors in a file of weights, without reading their values.

    No code in the file is run, and torch is not needed. If a file has several state dicts, the likeliest is shown.
    """
    from resnetgen.cli.weights.show import run

    return run.run(file, weights_key, format)
