"""The graph of a network by `torch.export`, with dynamic batch and spatial axes."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram
from torch.fx.experimental import _config

from resnetgen.errors import ExportError
from resnetgen.export.dynamic_shapes import DynamicShapes
from resnetgen.export.errors import translate_errors
from resnetgen.export.suppress_warnings import suppress_output

MIN_TORCH = "2.7"
"""The first release of torch that can treat a size of one like any other size."""


def export_graph(network: nn.Module, example: Tensor, name: str) -> ExportedProgram:
    """Export a network to a graph of torch's operators, dynamic along every axis but the channels.

    With `Dim.DYNAMIC`, torch raises rather than silently specializes a size. Without `backed_size_oblivious`, which
    torch's own ONNX exporter sets too, it specializes sizes of one, and requires more than one where it saw more.

    Args:
        network: The network, in eval mode.
        example: A batch (N, C, ...) to trace with.
        name: The name of the format, for messages.

    Raises:
        ExportError: torch cannot build the graph.
    """
    if not hasattr(_config, "backed_size_oblivious"):
        message = f"exporting to {name} needs torch {MIN_TORCH} or newer, but this is {torch.__version__}"
        raise ExportError(message, "install a newer torch, or export to torchscript")
    free = {axis: Dim.DYNAMIC for axis in range(example.dim()) if axis != 1}
    size_oblivious = _config.patch(backed_size_oblivious=True)  # type: ignore[attr-defined]  # torch adds it at run time
    with translate_errors(name), suppress_output(), torch.no_grad(), size_oblivious, DynamicShapes():
        return torch.export.export(network, (example,), dynamic_shapes=(free,))
