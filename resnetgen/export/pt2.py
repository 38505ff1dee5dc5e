"""PT2: an archive of `torch.export`, a graph of torch operators that torch runs or compiles.

https://docs.pytorch.org/docs/stable/export.html
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from resnetgen.export.disk_space import check_disk_space
from resnetgen.export.errors import translate_errors
from resnetgen.export.format import NOTHING, Format, Run, metadata_file
from resnetgen.export.graph import export_graph
from resnetgen.export.suppress_warnings import suppress_output

NAME = "pt2"


def write(network: nn.Module, example: Tensor, path: str, origin: Mapping[str, str] = NOTHING) -> None:
    """Write a network as an archive of `torch.export`.

    Args:
        network: the network, in eval mode on the CPU.
        example: a batch, (N, C, ...), that the export runs.
        path: the file to write.
        origin: metadata, which the archive has as JSON.
    """
    found = export_graph(network, example, NAME)
    with translate_errors(NAME), suppress_output():
        check_disk_space(network, path)
        torch.export.save(found, path, extra_files=metadata_file(origin))


def open_file(path: str) -> Run:
    """Open a file as a torch module, with its guards on sizes.

    Args:
        path: the file.

    Returns:
        A function from a batch (N, C, ...) to the output.
    """
    with suppress_output():
        found: Run = torch.export.load(path).module()
    return found


FORMAT = Format(NAME, ".pt2", (), "torch", write, open_file)
