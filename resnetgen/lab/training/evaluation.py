"""Loss and error of a network on a split of the data."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional

from resnetgen.lab.data_set import Split

BATCH = 500
"""The images of a forward pass."""


class Score(NamedTuple):
    """The mean loss, and the share of images that are classified wrongly."""

    loss: float
    error: float


@torch.no_grad()
def evaluate(network: nn.Module, split: Split) -> Score:
    """Return loss and error of a network in eval mode.

    Args:
        network: the network; it is left in eval mode.
        split: normalized images with labels, on its device.
    """
    network.eval()
    loss = torch.zeros((), dtype=torch.float64, device=split.labels.device)
    wrong = torch.zeros((), dtype=torch.int64, device=split.labels.device)
    for images, labels in zip(torch.split(split.images, BATCH), torch.split(split.labels, BATCH), strict=True):
        output = network(images).float()
        loss += functional.cross_entropy(output, labels, reduction="sum")
        wrong += (output.argmax(1) != labels).sum()
    count = len(split.labels)
    return Score(float(loss) / count, int(wrong) / count)
