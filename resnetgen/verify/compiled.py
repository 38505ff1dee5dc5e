"""Comparison of a network with what a backend of torch.compile makes of it."""

from __future__ import annotations

import torch

from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.tolerance import check_close
from resnetgen.verify.verdict import Verdict


def check_compiled(fixture: ModelFixture, backend: str) -> Verdict:
    """Compile the calibrated network as one graph, and compare its output with that of eager mode.

    Returns:
        Passed if the outputs are equal within rounding, with the error and the bound.
    """
    torch.compiler.reset()
    with torch.no_grad():
        answer = torch.compile(fixture.calibrated(), backend=backend, fullgraph=True)(fixture.example)
    return check_close(fixture, fixture.reference, answer)
