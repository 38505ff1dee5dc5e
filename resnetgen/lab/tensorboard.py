"""Files for TensorBoard, beside the metrics of each training."""

from __future__ import annotations

from resnetgen.lab.results import TrialResult
from resnetgen.lab.run_folder import TrialFolder

FIGURES = ("loss", "error", "test_loss", "test_error", "rate")
"""The figures of an epoch that are written."""


def write_events(folder: TrialFolder, result: TrialResult) -> None:
    """Write the figures of all epochs of a training into one file of events, unless the folder has one.

    Args:
        folder: the folder of the training.
        result: its result.
    """
    from torch.utils.tensorboard import SummaryWriter

    if any(folder.path.glob("events.out.tfevents.*")):
        return
    with SummaryWriter(str(folder.path)) as writer:
        for epoch in result.epochs:
            for figure in FIGURES:
                writer.add_scalar(figure, getattr(epoch, figure), epoch.epoch)
