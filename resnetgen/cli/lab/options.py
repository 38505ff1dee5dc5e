"""Options that the commands of the lab share, and the commands that run a shipped experiment."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.option_types import whole_number
from resnetgen.cli.options import Device, choice, words


class ResultFormat(StrEnum):
    """The output formats of results."""

    TEXT = "text"
    JSON = "json"


Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FOLDER", help="Folder of the run, instead of runs/NAME."),
]
DataPath = Annotated[
    str | None, typer.Option("--data-path", metavar="PATH", help="Where the data is, instead of the experiment's path.")
]
DeviceOption = Annotated[
    Device, choice(Device, "--device", metavar="DEVICE", help="cpu, cuda, or auto, which is CUDA if available.")
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        parser=whole_number,
        metavar="N",
        help="Networks to train at a time, each in one thread; by default one per CPU.",
        show_default=False,
    ),
]
TensorBoard = Annotated[
    bool, typer.Option("--tensorboard", help="Write the curves for TensorBoard, too.", show_default=False)
]
ResultAs = Annotated[
    ResultFormat,
    choice(ResultFormat, "--format", metavar="FORMAT", help=f"Output format: {words(ResultFormat)}."),
]
Quick = Annotated[bool, typer.Option("--quick", help="Take narrow networks and small data: minutes on a CPU.")]


def shipped_command(name: str, help: str) -> Callable[..., None]:
    """Return the command that runs a shipped experiment, or its quick form.

    Args:
        name: the name of the experiment; that of the quick form ends in `_quick`.
        help: the help of the command.
    """

    def command(
        quick: Quick = False,
        output: Output = None,
        data_path: DataPath = None,
        device: DeviceOption = Device.AUTO,
        jobs: Jobs = None,
        tensorboard: TensorBoard = False,
        format: ResultAs = ResultFormat.TEXT,
    ) -> int:
        from resnetgen.cli.lab.run import run
        from resnetgen.lab.experiment_file import QUICK

        options = run.RunOptions(output, data_path, device.value, jobs, tensorboard, format.value)
        return run.run(f"{name}{QUICK}" if quick else name, options)

    command.__doc__ = help
    return ended(command)
