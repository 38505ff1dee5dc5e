"""`resnetgen lab copy`: write a shipped experiment to a file of one's own."""

from __future__ import annotations

from resnetgen.cli import atomic_write
from resnetgen.cli.exit import OK
from resnetgen.cli.output import print_result
from resnetgen.cli.refusal import refuse
from resnetgen.errors import SpecError
from resnetgen.lab.experiment_file import read_experiment


def run(name: str, output: str | None) -> int:
    """Write an experiment with what it extends merged in.

    Args:
        name: its name, or its file.
        output: the file to write; None for one with its name.

    Returns:
        The exit code: 1 if there is no such experiment, or the file cannot be written.
    """
    try:
        file = read_experiment(name)
    except SpecError as error:
        return refuse(error.diagnostics)
    path = output or f"{file.experiment.name}.yaml"
    try:
        atomic_write.create(path, file.text().encode())
    except FileExistsError:
        return refuse([atomic_write.refused(path, "this file already exists", "choose another file with -o FILE")])
    except OSError as error:
        return refuse([atomic_write.refused(path, error, "choose another file with -o FILE")])
    print_result(f"{path}\n")
    return OK
