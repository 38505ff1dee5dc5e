"""The progress of trainings, as it is told to whoever shows it."""

from __future__ import annotations

from resnetgen.lab.results import Epoch, TrialResult


class Listener:
    """Is told of the progress; trainings are told apart by their index in the plan."""

    def on_step(self, index: int, step: int, loss: float) -> None:
        """Take note of a step, with its number in the training."""

    def on_epoch(self, index: int, epoch: Epoch) -> None:
        """Take note of an epoch."""

    def on_done(self, index: int, result: TrialResult) -> None:
        """Take note of the end of a training."""
