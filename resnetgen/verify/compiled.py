"""A network that torch.compile has compiled, by one of its backends."""

from __future__ import annotations

import torch

from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.tolerance import near
from resnetgen.verify.verdict import Verdict


def compiled(specimen: Specimen, backend: str) -> Verdict:
    """Compile the settled network as one graph, and compare its answer to the batch."""
    torch.compiler.reset()
    with torch.no_grad():
        answer = torch.compile(specimen.settled(), backend=backend, fullgraph=True)(specimen.example)
    return near(specimen, specimen.reference, answer)
