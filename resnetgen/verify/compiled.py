"""A network that torch.compile has compiled, by one of its backends."""

from __future__ import annotations

import torch

from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.tolerance import check_close
from resnetgen.verify.verdict import Verdict


def check_compiled(fixture: ModelFixture, backend: str) -> Verdict:
    """Compile the settled network as one graph, and compare its answer to the batch."""
    torch.compiler.reset()
    with torch.no_grad():
        answer = torch.compile(fixture.calibrated(), backend=backend, fullgraph=True)(fixture.example)
    return check_close(fixture, fixture.reference, answer)
