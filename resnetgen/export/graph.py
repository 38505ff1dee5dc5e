"""The graph of a network by `torch.export`, with a free number of samples and free sizes."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram
from torch.fx.experimental import _config

from resnetgen.errors import ExportError
from resnetgen.export.errors import failing
from resnetgen.export.max_pool_1d import FreeLength
from resnetgen.export.suppress_warnings import silent

OLDEST = "2.7"
"""The first torch that can be told to take a size of one, in the example or later, for a size like any other."""


def graph(network: nn.Module, example: Tensor, name: str) -> ExportedProgram:
    """A network as a graph of torch's operators, free along every axis of the batch but that of the channels.

    `Dim.DYNAMIC` means that torch raises rather than fixes a size in silence. Without `backed_size_oblivious`, which
    torch's own ONNX exporter sets too, it fixes sizes of one, and asks for more than one wherever it saw more.

    Raises:
        ExportError: torch makes no such graph; `name` is of the format that it is for.
    """
    if not hasattr(_config, "backed_size_oblivious"):
        message = f"exporting to {name} needs torch {OLDEST} or newer, but this is {torch.__version__}"
        raise ExportError(message, "install a newer torch, or export to torchscript")
    free = {axis: Dim.DYNAMIC for axis in range(example.dim()) if axis != 1}
    oblivious = _config.patch(backed_size_oblivious=True)  # type: ignore[attr-defined]  # torch adds it at run time
    with failing(name), silent(), torch.no_grad(), oblivious, FreeLength():
        return torch.export.export(network, (example,), dynamic_shapes=(free,))
