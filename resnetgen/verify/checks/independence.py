"""Independence of the samples of a batch."""

from __future__ import annotations

import torch

from resnetgen.runtime.hooks import output_maps
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.tolerance import check_close
from resnetgen.verify.verdict import Verdict


def check(fixture: ModelFixture) -> Verdict:
    """In eval mode a sample alone gives the output that it has in a batch, within rounding.

    There are two samples where a norm takes no fewer.
    """
    network, few = fixture.calibrated(), fixture.trace.min_batch
    batch = fixture.noise(max(fixture.training_samples, few + 1))
    with torch.no_grad():
        together = output_maps(network(batch))
        alone = output_maps(network(batch[:few]))
    return check_close(fixture, {name: value[:few] for name, value in together.items()}, alone)
