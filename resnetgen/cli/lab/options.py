"""Options that the commands of the lab share, and the commands that run a shipped experiment."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from inspect import signature
from typing import Annotated, Any

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


def _run_options(
    output: Output = None,
    data_path: DataPath = None,
    device: DeviceOption = Device.AUTO,
    jobs: Jobs = None,
    tensorboard: TensorBoard = False,
    format: ResultAs = ResultFormat.TEXT,
) -> Any:
    """Return the options of a run; its parameters are the options that every command has that runs an experiment."""
    from resnetgen.cli.lab.run.run import RunOptions

    return RunOptions(output, data_path, device.value, jobs, tensorboard, format.value)


def with_run_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of a run: typer sees each of them, the command gets all as `options`."""
    shared = signature(_run_options).parameters
    own = signature(command)

    @wraps(command)
    def run(**given: Any) -> int:
        options = _run_options(**{name: given.pop(name) for name in shared})
        return command(**given, options=options)

    parameters = [*(each for each in own.parameters.values() if each.name != "options"), *shared.values()]
    run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]  # as `signature` reads it
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def shipped_command(name: str, reproduces: str) -> Callable[..., None]:
    """Return the command that runs a shipped experiment, or its quick form.

    Args:
        name: the name of the experiment; that of the quick form ends in `_quick`.
        reproduces: the first sentence of its help: what it shows, and the figure that it reproduces.
    """

    def command(options: Any, quick: Quick = False) -> int:
        from resnetgen.cli.lab.run import run
        from resnetgen.lab.experiment_file import QUICK

        return run.run(f"{name}{QUICK}" if quick else name, options)

    command.__doc__ = f"""{reproduces}

    Without --quick, the networks are those of the paper, on CIFAR-10, which you download yourself. `resnetgen lab copy
    {name}` writes the experiment to a file that you can change.
    """
    return ended(with_run_options(command))
