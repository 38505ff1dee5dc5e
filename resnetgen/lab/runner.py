"""Run an experiment in a folder."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch

from resnetgen.diagnostics.model import Diagnostic, Fault, Place, Severity
from resnetgen.errors import RunError, SpecError
from resnetgen.lab.data_set import DataSet, Split
from resnetgen.lab.experiment_file import ExperimentFile
from resnetgen.lab.measurement import Conclusion
from resnetgen.lab.networks import LabNetwork, compile_networks, spec_files
from resnetgen.lab.results import NetworkResult, TrialResult
from resnetgen.lab.run_folder import RunFolder
from resnetgen.lab.training import processes
from resnetgen.lab.training.evaluation import BATCH, evaluate
from resnetgen.lab.training.trainer import Trainer, check_batch
from resnetgen.lab.trial import Trial, finished
from resnetgen.runtime.devices import describe

_TIMED = 2
"""The steps that are timed of each network, after one that is not."""


class Plan(NamedTuple):
    """An experiment with its data and networks, and what is to be done.

    Attributes:
        file: The experiment.
        data: Its data.
        networks: Its networks.
        trials: A training for each seed and network, all networks of a seed together.
    """

    file: ExperimentFile
    data: DataSet
    networks: tuple[LabNetwork, ...]
    trials: tuple[Trial, ...]


def plan(file: ExperimentFile, device: torch.device) -> Plan:
    """Load the data of an experiment and compile its networks.

    Raises:
        SpecError: a spec is wrong, or does not fit the data; or the data has fewer images than a batch.
        RunError: the data is missing or wrong.
    """
    data = file.experiment.data.load()
    faults: list[Diagnostic] = []
    networks: Sequence[LabNetwork] = ()
    try:
        networks = compile_networks(file, data)
    except SpecError as error:
        faults += error.diagnostics
    try:
        check_batch(file.experiment.recipe, len(data.train.labels), processes.count())
    except RunError as error:
        fault = Fault(error.code, error.message, Place(("recipe", "batch")), help=error.help)
        faults.append(file.document.diagnose(fault))
    if faults:
        raise SpecError(tuple(faults))
    trials = tuple(
        Trial(network, seed, data, file.experiment, device) for seed in file.experiment.seeds for network in networks
    )
    return Plan(file, data, tuple(networks), trials)


def undecided(planned: Plan) -> Iterator[Diagnostic]:
    """Yield a warning for each measurement that will not decide its claim, since networks are missing."""
    for index, each in enumerate(planned.file.experiment.measure):
        needs = each.needs([one for one in planned.networks if each.applies_to(one.compiled.trace)])
        if needs:
            message = f"`{each.word}` will not decide its claim: it takes {needs}"
            help = "add such networks to `networks`; what there is, is measured in any case"
            fault = Fault("RG204", message, Place(("measure", index)), help=help, severity=Severity.WARNING)
            yield planned.file.document.diagnose(fault)


class WorkLeft(NamedTuple):
    """The trainings that are not finished and measured, and the seconds that they take one after another."""

    trials: int
    seconds: float


def work_left(planned: Plan, folder: RunFolder) -> WorkLeft:
    """Return the trainings and measurements that are left to do, and an estimate of their time.

    A few steps of each network are timed, and a forward pass.

    Raises:
        RunError: a batch has more images than the data.
    """
    by_network: dict[str, _Speed] = {}
    trials, seconds = 0, 0.0
    for trial in planned.trials:
        own = folder.trial(trial.network.name, trial.seed)
        if finished(trial, own) is not None:
            continue
        trials += 1
        if trial.network.name not in by_network:
            by_network[trial.network.name] = _speed(trial)
        speed = by_network[trial.network.name]
        state = own.saved()
        seconds += speed.epoch * (trial.experiment.recipe.epochs - (state["epoch"] if state else 0))
        trace = trial.network.compiled.trace
        seconds += speed.image * sum(each.images_passed(trace, trial.data) for each in trial.experiment.measure)
    return WorkLeft(trials, seconds)


class _Speed(NamedTuple):
    """The seconds that a network takes: for an epoch of training, and for a forward pass by image."""

    epoch: float
    image: float


def _speed(trial: Trial) -> _Speed:
    """Time a few steps and a forward pass of a network with its initial weights."""
    trainer = trial.trainer()
    train = _seconds_per_epoch(trainer)
    count = min(BATCH, len(trainer.data.test.labels))
    start = time.perf_counter()
    evaluate(trainer.network, Split(trainer.data.test.images[:count], trainer.data.test.labels[:count]))
    passed = (time.perf_counter() - start) / count
    tested = passed * len(trainer.data.test.labels)
    return _Speed(train + tested, passed)


def _seconds_per_epoch(trainer: Trainer) -> float:
    batches = trainer.batches()
    trainer.step(*next(batches))
    start = time.perf_counter()
    done = 0
    for images, labels in batches:
        trainer.step(images, labels)
        done += 1
        if done == _TIMED:
            break
    if trainer.device.type == "cuda":
        torch.cuda.synchronize()
    return (time.perf_counter() - start) / max(done, 1) * trainer.steps_per_epoch


def single_thread() -> None:
    """Let torch compute in one thread: another number of them may add in another order, and so change the curves."""
    torch.set_num_threads(1)


def prepare(planned: Plan, folder: RunFolder) -> None:
    """Write what is run into its folder: the experiment, the specs and their code.

    Raises:
        RunError: the folder has a training of the same name that is another one; nothing is written then.
        OSError: a file cannot be written.
    """
    for trial in planned.trials:
        folder.trial(trial.network.name, trial.seed).has(trial.identity())
    folder.write_text("experiment.yaml", planned.file.text())
    for name, text in spec_files(planned.networks):
        folder.write_text(name, text)


def environment(device: torch.device, jobs: int) -> dict[str, Any]:
    """Return what a run depends on beside the experiment: versions, device and threads."""
    from resnetgen import __version__

    return {
        "resnetgen": __version__,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "device": describe(device),
        "processes": jobs,
    }


def results(planned: Plan, folder: RunFolder) -> tuple[NetworkResult, ...]:
    """Return the results that a folder has of an experiment."""
    found: dict[str, list[TrialResult]] = {each.name: [] for each in planned.networks}
    for trial in planned.trials:
        result = finished(trial, folder.trial(trial.network.name, trial.seed))
        if result is not None:
            found[trial.network.name].append(result)
    return tuple(
        NetworkResult(each.name, each.is_residual, each.depth, tuple(found[each.name])) for each in planned.networks
    )


def conclusions(planned: Plan, networks: Sequence[NetworkResult]) -> list[Conclusion]:
    """Return the conclusion of each measurement from the networks that completed an epoch."""
    shown = [each for each in networks if any(trial.epochs for trial in each.trials)]
    return [each.conclude(shown) for each in planned.file.experiment.measure]
