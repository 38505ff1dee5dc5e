"""Whether the same question has the same answer."""

from __future__ import annotations

import torch

from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.tolerance import same
from resnetgen.verify.verdict import Verdict, failed, passed


def check(specimen: Specimen) -> Verdict:
    """In eval mode the same batch gives the same bits, again and after another batch: nothing random, nothing kept.

    On CUDA, cuDNN is told to take deterministic algorithms; torch has none for some gradients, which are not asked for.
    """
    network = specimen.settled()
    with torch.no_grad():
        first = network(specimen.example)
        again = network(specimen.example)
        network(specimen.noise(specimen.batch, seed=1))
        after = network(specimen.example)
    if not same(first, again):
        return failed("a second run gives different values")
    if not same(first, after):
        return failed("a run on another batch changes the output for this one")
    return passed("three runs, equal bit by bit")
