"""PT2: what `torch.export` gives, a graph of torch's own operators, which torch compiles or runs as it is.

https://docs.pytorch.org/docs/stable/export.html
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from resnetgen.export.disk_space import see_to_room
from resnetgen.export.errors import failing
from resnetgen.export.format import Format, Run
from resnetgen.export.graph import graph
from resnetgen.export.suppress_warnings import silent

NAME = "pt2"


def write(network: nn.Module, example: Tensor, path: str) -> None:
    """Write a network as torch's graph."""
    found = graph(network, example, NAME)
    with failing(NAME), silent():
        see_to_room(network, path)
        torch.export.save(found, path)


def opened(path: str) -> Run:
    """The file as torch loads it, with the guards on sizes that it has."""
    with silent():
        found: Run = torch.export.load(path).module()
    return found


FORMAT = Format(NAME, ".pt2", (), "torch", write, opened)
