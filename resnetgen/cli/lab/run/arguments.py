"""The arguments of `resnetgen lab run`."""

from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.lab.options import DataPath, DeviceOption, Jobs, Output, ResultAs, ResultFormat, TensorBoard
from resnetgen.cli.options import Device


@ended
def command(
    experiment: Annotated[
        str,
        typer.Argument(
            metavar="EXPERIMENT",
            help="A file, or the name of a shipped experiment.",
            autocompletion=completion.experiments,
        ),
    ],
    output: Output = None,
    data_path: DataPath = None,
    device: DeviceOption = Device.AUTO,
    jobs: Jobs = None,
    tensorboard: TensorBoard = False,
    format: ResultAs = ResultFormat.TEXT,
) -> int:
    """Train the networks of an experiment, and write a page with the results.

    Run it again after an interruption: it goes on after the last whole epoch. `resnetgen lab copy` writes a shipped
    experiment to a file that you can change.
    """
    from resnetgen.cli.lab.run import run

    options = run.RunOptions(output, data_path, device.value, jobs, tensorboard, format.value)
    return run.run(experiment, options)
