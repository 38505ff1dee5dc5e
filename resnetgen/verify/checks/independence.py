"""Whether a sample's answer is its own."""

from __future__ import annotations

import torch

from resnetgen.runtime.hooks import maps
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.tolerance import near
from resnetgen.verify.verdict import Verdict


def check(specimen: Specimen) -> Verdict:
    """In eval mode a sample by itself gets the answer that it gets in a batch, within rounding."""
    network, batch = specimen.settled(), specimen.training_batch()
    with torch.no_grad():
        together = maps(network(batch))
        alone = maps(network(batch[:1]))
    return near(specimen, {name: value[:1] for name, value in together.items()}, alone)
