"""Equal outputs for equal inputs."""

from __future__ import annotations

import torch

from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.tolerance import bitwise_equal
from resnetgen.verify.verdict import Verdict, failed, passed


def check(fixture: ModelFixture) -> Verdict:
    """In eval mode the same batch gives bitwise equal outputs, also after another batch: no randomness, no state.

    On CUDA, cuDNN uses deterministic algorithms. Torch has none for some gradients, which this check does not compute.
    """
    network = fixture.calibrated()
    with torch.no_grad():
        first = network(fixture.example)
        again = network(fixture.example)
        network(fixture.noise(fixture.batch, seed=1))
        after = network(fixture.example)
    if not bitwise_equal(first, again):
        return failed("a second run gives different values")
    if not bitwise_equal(first, after):
        return failed("a run on another batch changes the output for this one")
    return passed("three runs, equal bit by bit")
