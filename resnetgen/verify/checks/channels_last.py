"""Whether it takes maps whose channels lie next to each other in memory."""

from __future__ import annotations

import torch

from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.tolerance import near
from resnetgen.verify.verdict import Verdict, skipped

_FORMATS = {2: torch.channels_last, 3: torch.channels_last_3d}


def check(specimen: Specimen) -> Verdict:
    """Network and batch in torch's memory format `channels_last` give the same answer, within rounding."""
    format = _FORMATS.get(specimen.trace.network.rank)
    if format is None:
        return skipped("torch has no such format for one axis")
    network = specimen.settled()
    for tensor in (*network.parameters(), *network.buffers()):
        if tensor.dim() == specimen.example.dim():  # `Module.to` would refuse those of a network over three axes
            tensor.data = tensor.data.contiguous(memory_format=format)
    with torch.no_grad():
        answer = network(specimen.example.contiguous(memory_format=format))
    return near(specimen, specimen.reference, answer)
