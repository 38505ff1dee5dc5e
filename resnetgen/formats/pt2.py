"""PT2: what `torch.export` gives, a graph of torch's own operators, which torch compiles or runs as it is.

https://docs.pytorch.org/docs/stable/export.html
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.export import ExportedProgram

from resnetgen.formats.format import Format, Run
from resnetgen.formats.graph import graph
from resnetgen.formats.silence import silent


def write(network: nn.Module, example: Tensor, path: str) -> None:
    """Write a network as torch's graph."""
    found = graph(network, example)
    with silent():
        torch.export.save(found, path)


def opened(path: str) -> Run:
    """The file as torch loads it, where the network was."""
    with silent():
        loaded: ExportedProgram = torch.export.load(path)
        found: Run = loaded.module()
    return found


FORMAT = Format("pt2", ".pt2", (), "torch", write, opened)
