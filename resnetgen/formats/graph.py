"""The graph of a network by `torch.export`, with a free number of samples and free sizes."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram
from torch.fx.experimental import _config

from resnetgen.formats.format import Unexportable
from resnetgen.formats.silence import silent


def graph(network: nn.Module, example: Tensor) -> ExportedProgram:
    """A network as a graph of torch's operators, free along every axis of the batch but that of the channels.

    `Dim.DYNAMIC` means that torch raises rather than fixes a size in silence.

    Raises:
        Unexportable: torch makes no such graph.
    """
    free = {axis: Dim.DYNAMIC for axis in range(example.dim()) if axis != 1}
    try:
        with silent(), torch.no_grad(), _config.patch(backed_size_oblivious=True):
            return torch.export.export(network, (example,), dynamic_shapes=(free,))
    except Exception as error:  # torch raises what it likes from anywhere in there
        raise Unexportable(first_line(error)) from error


def first_line(error: Exception) -> str:
    """What an error says, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
