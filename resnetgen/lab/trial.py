"""A training of one network with one seed: it goes on from where it was left, and is measured at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch

from resnetgen.errors import RunError
from resnetgen.lab.data_set import DataSet, Split, normalized
from resnetgen.lab.experiment import Experiment
from resnetgen.lab.measurement import MeasurementOptions
from resnetgen.lab.networks import LabNetwork
from resnetgen.lab.results import Epoch, TrialResult
from resnetgen.lab.run_folder import BEGIN_AGAIN, CHECKPOINT, TrialFolder
from resnetgen.lab.trained import Trained
from resnetgen.lab.training import processes
from resnetgen.lab.training.trainer import Diverged, OnStep, State, Trainer
from resnetgen.runtime.load_source import load

_DIVERGED = "diverged.json"

OnEpoch = Callable[[Epoch], None]
"""A function that is called after each epoch; it may raise, to end the training."""


class Trial(NamedTuple):
    """A training to be done.

    Attributes:
        network: The network.
        seed: The seed of its weights and of the training.
        data: The data, not normalized.
        experiment: The experiment, with the recipe.
        device: The device to train on.
    """

    network: LabNetwork
    seed: int
    data: DataSet
    experiment: Experiment
    device: torch.device

    @property
    def name(self) -> str:
        """The name for people: `plain20, seed 1`."""
        return f"{self.network.name}, seed {self.seed}"

    def identity(self) -> Mapping[str, Any]:
        """Return what the training is of, as JSON can hold it."""
        return {
            "recipe": self.experiment.recipe.model_dump(mode="json"),
            "data": {**self.experiment.data.model_dump(mode="json"), "images": len(self.data.train.labels)},
            "seed": self.seed,
            "spec": self.network.compiled.document.data,
        }

    def trainer(self) -> Trainer:
        """Return the network with its initial weights, ready to be trained.

        Raises:
            RunError: a batch has more images than the data.
        """
        torch.manual_seed(self.seed)
        made = load(self.network.source, self.network.compiled.network)()
        return Trainer(made.to(self.device), on_device(self.data, self.device), self.experiment.recipe, self.seed)

    def trained(self, trainer: Trainer) -> Trained:
        """Return what measurements get."""
        return Trained(self.network.compiled.trace, trainer.tested.eval(), trainer.data, self.seed)


def on_device(data: DataSet, device: torch.device) -> DataSet:
    """Return data, normalized, on a device."""
    found = normalized(data)
    train, test = (Split(each.images.to(device), each.labels.to(device)) for each in (found.train, found.test))
    return found._replace(train=train, test=test)


def run_trial(
    trial: Trial,
    folder: TrialFolder,
    on_step: OnStep = lambda step, loss: None,
    on_epoch: OnEpoch = lambda epoch: None,
) -> TrialResult:
    """Train a network, or go on with it, and measure it. What is done already is not done again.

    Under `torchrun`, all processes call it; only the first writes.

    Args:
        trial: the training.
        folder: its folder.
        on_step: is called after each step, with its number in the training and its loss.
        on_epoch: is called after each epoch.

    Raises:
        RunError: the folder has another training, or its checkpoint cannot be read.
        OSError: a file cannot be written.
    """
    processes.by_first(lambda: folder.claim(trial.identity()))
    diverged = folder.read_json(_DIVERGED)
    found = finished(trial, folder)
    if found is not None:
        return found
    trainer = trial.trainer()
    state = folder.saved()
    if state is not None:
        _go_on(trainer, state, folder)
    epochs = list(processes.by_first(lambda: folder.epochs(trainer.epoch)))
    try:
        while not trainer.is_done and not diverged:
            epoch = trainer.run_epoch(on_step)
            processes.by_first(lambda epoch=epoch: _save(folder, epoch, trainer))  # type: ignore[misc]
            epochs.append(epoch)
            on_epoch(epoch)
    except Diverged as error:
        diverged = {"reason": str(error)}
        processes.by_first(lambda: folder.write_json(_DIVERGED, diverged))
    if diverged:
        return TrialResult(trial.seed, tuple(epochs), _reason(diverged))
    measured = processes.by_first(lambda: _measured(trial, trainer, folder))
    return TrialResult(trial.seed, tuple(epochs), "", measured)


def _go_on(trainer: Trainer, state: State, folder: TrialFolder) -> None:
    """Load the state of a checkpoint.

    Raises:
        RunError: it is that of another network.
    """
    try:
        trainer.load(state)
    except (KeyError, RuntimeError, TypeError, ValueError):  # as torch and its optimizers say
        message = f"{folder.path / CHECKPOINT} is not the state of this network and recipe"
        raise RunError(message, BEGIN_AGAIN, "RG807") from None


def finished(trial: Trial, folder: TrialFolder) -> TrialResult | None:
    """Return the result of a training that is done and measured; None if something is left to do."""
    state = folder.saved()
    diverged = folder.read_json(_DIVERGED)
    if diverged is not None:
        return TrialResult(trial.seed, folder.epochs(state["epoch"] if state else 0), _reason(diverged))
    if state is None or state["epoch"] < trial.experiment.recipe.epochs:
        return None
    measured = {name: _stored(folder, name, each) for name, each in _options(trial.experiment.measure).items()}
    if any(each is None for each in measured.values()):
        return None
    return TrialResult(trial.seed, folder.epochs(state["epoch"]), "", _values(measured))


def _reason(diverged: Mapping[str, Any]) -> str:
    return str(diverged.get("reason", "it diverged"))


def _stored(folder: TrialFolder, name: str, options: MeasurementOptions) -> Any:
    """Return what the folder has of a measurement with these options; None if it was not taken, or with others."""
    stored = folder.read_json(f"{name}.json")
    if stored is None or "found" not in stored or stored.get("options") != options.model_dump(mode="json"):
        return None
    return stored


def _save(folder: TrialFolder, epoch: Epoch, trainer: Trainer) -> None:
    """Write the figures of an epoch, then the state after it: a line without its state is dropped later."""
    folder.add_epoch(epoch)
    folder.save(trainer.state())


def _measured(trial: Trial, trainer: Trainer, folder: TrialFolder) -> Mapping[str, Any]:
    """Take the measurements that the folder does not have with these options, and return all."""
    found: dict[str, Any] = {}
    trained = trial.trained(trainer)
    for name, options in _options(trial.experiment.measure).items():
        stored = _stored(folder, name, options)
        if stored is None:
            stored = {"options": options.model_dump(mode="json"), "found": options.measure(trained)}
            folder.write_json(f"{name}.json", stored)
        found[name] = stored
    return _values(found)


def _values(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: each["found"] for name, each in stored.items() if each["found"] is not None}


def _options(measure: Sequence[MeasurementOptions]) -> dict[str, MeasurementOptions]:
    """Return the measurements by name."""
    return {each.word: each for each in measure}
