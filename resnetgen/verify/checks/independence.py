"""Independence of the samples of a batch."""

from __future__ import annotations

import torch

from resnetgen.runtime.hooks import output_maps
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.tolerance import check_close
from resnetgen.verify.verdict import Verdict


def check(fixture: ModelFixture) -> Verdict:
    """In eval mode a sample alone gives the output that it has in a batch, within rounding."""
    network, batch = fixture.calibrated(), fixture.training_batch()
    with torch.no_grad():
        together = output_maps(network(batch))
        alone = output_maps(network(batch[:1]))
    return check_close(fixture, {name: value[:1] for name, value in together.items()}, alone)
