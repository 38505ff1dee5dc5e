"""`resnetgen lab run`: train the networks of an experiment, measure them, and write a page.

With `--format json` it prints what `result.json` in the folder of the run has, one object:

- `experiment`: its name; `data`: the data set in words; `folder`; `environment`: an object with versions and device;
- `networks`: a list of objects with `name`, `residual`, `depth` and `trials`: a list of objects with `seed`, `diverged`
  (why it was stopped early, or an empty text) and `epochs`, a list of objects with `epoch`, `loss`, `error`,
  `test_loss`, `test_error` and `rate`;
- `conclusions`: a list of objects with `title`, `source`, `claim`, `verdict`, and `holds`: true, false, or null if it
  was not decided.

Keys are added to this, never renamed or removed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from resnetgen.cli import atomic_write
from resnetgen.cli.exit import FAILURE, OK, can_go_on
from resnetgen.cli.output import print_diagnostics, print_more, print_note, print_result, print_run_error
from resnetgen.cli.refusal import refuse
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.diagnostics.terminal import escape
from resnetgen.errors import RunError, SpecError
from resnetgen.lab.experiment_file import ExperimentFile, read_experiment
from resnetgen.number_format import pluralize

if TYPE_CHECKING:
    from resnetgen.lab.page.document import Run
    from resnetgen.lab.run_folder import RunFolder
    from resnetgen.lab.runner import Plan

FOLDER = "runs"
"""The folder of the folders of runs."""

PAGE = "index.html"
PICTURE = "curves.svg"

_AGAIN = "make room or choose another folder with -o, and run it again: finished epochs are kept"


class RunOptions(NamedTuple):
    """The options of a run, as given."""

    output: str | None = None
    data_path: str | None = None
    device: str = "auto"
    jobs: int | None = None
    tensorboard: bool = False
    format: str = "text"


def run(target: str, options: RunOptions) -> int:
    """Run an experiment and print what it says.

    Args:
        target: the file of the experiment, or the name of a shipped one.
        options: the options of the command.

    Returns:
        The exit code: 1 if the experiment is wrong, its data is missing, a training diverged, or a file cannot be
        written.

    Raises:
        typer.BadParameter: the data has no path that could be another.
    """
    folder = Path(options.output or FOLDER)
    try:
        file = with_data_path(read_experiment(target), options.data_path)
        _require(options)
        folder = Path(options.output or f"{FOLDER}/{file.experiment.name}")
        return _run(target, file, folder, options)
    except SpecError as error:
        print_diagnostics(error.diagnostics)
        print_more(error.diagnostics)
    except RunError as refused:
        print_run_error(refused)
    except OSError as error:
        outcome = "finished epochs are kept" if folder.is_dir() else "nothing was written"
        return refuse([_not_written(str(error.filename or folder), error)], outcome)
    return FAILURE


def _not_written(path: str, error: OSError) -> Diagnostic:
    """Return the diagnostic for what cannot be written; where a file has the place of a folder, it is at that file."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        above = (path, *map(str, Path(path).parents))
        file = next((each for each in above if os.path.exists(each) and not os.path.isdir(each)), path)
        return atomic_write.refused(file, "this is a file, not a folder", "choose another folder with -o")
    return atomic_write.refused(path, error, _AGAIN)


def with_data_path(file: ExperimentFile, path: str | None) -> ExperimentFile:
    """Return an experiment whose data is at another path; None for its own.

    Raises:
        typer.BadParameter: the data has no path.
    """
    if path is None:
        return file
    data = file.experiment.data
    if "path" not in data.model_fields:
        message = f"the data set {data.type} is no file or folder that could be at {path!r}"
        raise typer.BadParameter(escape(message), param_hint="'--data-path'")
    return file._replace(experiment=file.experiment.model_copy(update={"data": data.model_copy(update={"path": path})}))


def _require(options: RunOptions) -> None:
    """See that the packages are installed, before anything is done."""
    from resnetgen.runtime.packages import require_packages

    require_packages(("torch",), "torch", "training a network")
    if options.tensorboard:
        require_packages(("tensorboard",), "tensorboard", "writing files for TensorBoard")


def _run(target: str, file: ExperimentFile, path: Path, options: RunOptions) -> int:
    from resnetgen.lab.run_folder import RunFolder
    from resnetgen.lab.runner import environment, plan, single_thread
    from resnetgen.lab.training import processes
    from resnetgen.runtime.devices import full_precision, select_device

    full_precision()
    device = processes.local_device(select_device(options.device))
    with processes.joined(device):
        planned = plan(file, device)
        folder = RunFolder(path, atomic_write.replace)
        jobs = _jobs(options.jobs, planned, device.type)
        is_first = processes.rank() == 0
        if device.type == "cpu":
            single_thread()
        with folder.locked() if is_first else nullcontext(), can_go_on() if is_first else nullcontext():
            _train(target, planned, folder, jobs, options)
            if not is_first:
                return OK
            return _conclude(planned, folder, environment(device, jobs), options)


def _jobs(wanted: int | None, planned: Plan, device: str) -> int:
    """Return the number of processes: by default one on CUDA, which one network at a time should have."""
    from resnetgen.lab.training import processes
    from resnetgen.runtime.system_resources import cpu_count

    if processes.is_launched():
        return 1
    return min(wanted or (cpu_count() if device == "cpu" else 1), len(planned.trials))


def _train(target: str, planned: Plan, folder: RunFolder, jobs: int, options: RunOptions) -> None:
    """Train all networks of a plan, with bars.

    Raises:
        RunError, OSError: as `execute` does.
    """
    from resnetgen.cli.lab.run.progress import duration, watching
    from resnetgen.lab.execute import execute
    from resnetgen.lab.runner import prepare, undecided, work_left
    from resnetgen.lab.training import processes

    if processes.rank() == 0:
        for each in {folder.path, *(folder.trial(one.network.name, one.seed).path for one in planned.trials)}:
            atomic_write.sweep(str(each))
        prepare(planned, folder)
    left = work_left(planned, folder)
    count = len(planned.trials)
    if processes.rank() == 0 and left.trials:
        warnings = tuple(undecided(planned))
        print_diagnostics(warnings)
        seeds = pluralize(len(planned.file.experiment.seeds), "seed")
        trials = f"{pluralize(len(planned.networks), 'network')}, {seeds}"
        where = f"{jobs} at a time" if jobs > 1 else "one after another"
        gap = "\n" if warnings else ""
        print_note(f"{gap}{trials}, {where}, on {escape(planned.data.title)}: about {duration(left.seconds / jobs)}\n")
        if left.trials < count:
            print_note(f"{count - left.trials} of {pluralize(count, 'training')} finished before\n")
    make = partial(plan_again, target, options, str(folder.path))
    with watching(planned, shown=processes.rank() == 0) as listener:
        execute(planned, folder, listener, jobs, make)


def plan_again(target: str, options: RunOptions, path: str) -> tuple[Plan, RunFolder]:
    """Return the plan of a run and its folder, in another process."""
    from resnetgen.lab.run_folder import RunFolder
    from resnetgen.lab.runner import plan
    from resnetgen.runtime.devices import full_precision, select_device

    full_precision()
    file = with_data_path(read_experiment(target), options.data_path)
    return plan(file, select_device(options.device)), RunFolder(Path(path), atomic_write.replace)


def _conclude(planned: Plan, folder: RunFolder, environment: dict[str, Any], options: RunOptions) -> int:
    """Write the results and print them."""
    from resnetgen.cli.lab.run.text import as_text
    from resnetgen.lab.page.document import Run, document
    from resnetgen.lab.page.pictures import draw_conclusion, draw_training
    from resnetgen.lab.runner import conclusions, results
    from resnetgen.pictures.svg import print_picture

    networks = results(planned, folder)
    found = tuple(conclusions(planned, networks))
    made = Run(planned.file.experiment, planned.file.text(), planned.data.title, networks, found, environment)
    data = as_data(made, str(folder.path))
    folder.write_json("environment.json", environment)
    folder.write_json("result.json", data)
    folder.write_text(PAGE, document(made))
    shown = [each for each in networks if any(trial.epochs for trial in each.trials)]
    if shown:
        drawn = filter(None, (draw_conclusion(each, made.data) for each in found))
        folder.write_text(PICTURE, print_picture(next(drawn, None) or draw_training(shown, made.data)))
    if options.tensorboard:
        _write_events(planned, folder)
    if options.format == "json":
        from json import dumps

        print_result(dumps(data, indent=2, ensure_ascii=False) + "\n")
    else:
        print_result(as_text(made, str(folder.path / PAGE)))
    return FAILURE if any(each.has_diverged for each in networks) else OK


def _write_events(planned: Plan, folder: RunFolder) -> None:
    from resnetgen.lab.tensorboard import write_events
    from resnetgen.lab.trial import finished

    for trial in planned.trials:
        own = folder.trial(trial.network.name, trial.seed)
        result = finished(trial, own)
        if result is not None:
            write_events(own, result)


def as_data(made: Run, folder: str) -> dict[str, Any]:
    """Return the results as JSON can hold them."""
    networks: Sequence[Any] = [
        {
            "name": each.name,
            "residual": each.is_residual,
            "depth": each.depth,
            "trials": [
                {
                    "seed": trial.seed,
                    "diverged": trial.diverged,
                    "epochs": [epoch._asdict() for epoch in trial.epochs],
                }
                for trial in each.trials
            ],
        }
        for each in made.networks
    ]
    conclusions = [
        {key: getattr(each, key) for key in ("title", "source", "claim", "verdict", "holds")}
        for each in made.conclusions
    ]
    return {
        "experiment": made.experiment.name,
        "data": made.data,
        "folder": folder,
        "environment": dict(made.environment),
        "networks": networks,
        "conclusions": conclusions,
    }
