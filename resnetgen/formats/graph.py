"""The graph of a network by `torch.export`, with a free number of samples and free sizes."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram
from torch.fx.experimental import _config

from resnetgen.formats.format import unexportable
from resnetgen.formats.max_pool_1d import FreeLength
from resnetgen.formats.silence import silent
from resnetgen.running.refusal import Refused

OLDEST = "2.7"
"""The first torch that can be told to take a size of one, in the example or later, for a size like any other."""


def graph(network: nn.Module, example: Tensor, name: str) -> ExportedProgram:
    """A network as a graph of torch's operators, free along every axis of the batch but that of the channels.

    `Dim.DYNAMIC` means that torch raises rather than fixes a size in silence. Without `backed_size_oblivious`, which
    torch's own ONNX exporter sets too, it fixes sizes of one, and asks for more than one wherever it saw more.

    Raises:
        Refused: torch makes no such graph; `name` is of the format that it is for.
    """
    if not hasattr(_config, "backed_size_oblivious"):
        message = f"the format {name} takes torch {OLDEST} or newer, and this is {torch.__version__}"
        raise Refused("RG804", message, "install a newer torch, or export to torchscript")
    free = {axis: Dim.DYNAMIC for axis in range(example.dim()) if axis != 1}
    try:
        with silent(), torch.no_grad(), _config.patch(backed_size_oblivious=True), FreeLength():
            return torch.export.export(network, (example,), dynamic_shapes=(free,))
    except Exception as error:  # torch raises what it likes from anywhere in there
        raise unexportable(name, error) from error
