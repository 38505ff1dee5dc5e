"""The score of a spec by an experiment: it is trained by the experiment's recipe, on its data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch

from resnetgen.compiler import source_code
from resnetgen.lab.data_set import DataSet
from resnetgen.lab.experiment import Experiment
from resnetgen.lab.networks import LabNetwork, adapted
from resnetgen.lab.results import Epoch
from resnetgen.lab.training.trainer import Diverged
from resnetgen.lab.trial import Trial

if TYPE_CHECKING:
    from resnetgen.source.extends import Document


def score(
    document: Document,
    experiment: Experiment,
    data: DataSet,
    *,
    figure: str = "test_error",
    seed: int | None = None,
    device: torch.device | str = "cpu",
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
) -> float:
    """Return a figure of the last epoch of training a network; infinity if it diverges. Nothing is written.

    Args:
        document: the spec; it gets the input and the classes of the data.
        experiment: the recipe; its networks and settings are not used.
        data: its data, as `experiment.data.load()` gives it.
        figure: a field of `Epoch`.
        seed: the seed; by default the first of the experiment.
        device: the device to train on.
        on_epoch: is called after each epoch; what it raises ends the training.

    Raises:
        SpecError: the spec is wrong, or does not fit the data.
        RunError: a batch has more images than the data.

    Example:
        >>> experiment = read_experiment("degradation_quick").experiment
        >>> score(compile_spec("resnet20").document, experiment, experiment.data.load())
        0.0135
    """
    compiled = adapted(document, data)
    network = LabNetwork(compiled.network.name, compiled, source_code(compiled, compiled.document.text.name))
    chosen = experiment.seeds[0] if seed is None else seed
    trainer = Trial(network, chosen, data, experiment, torch.device(device)).trainer()
    value = float("inf")
    try:
        while not trainer.is_done:
            epoch = trainer.run_epoch()
            on_epoch(epoch)
            value = float(getattr(epoch, figure))
    except Diverged:
        return float("inf")
    return value
