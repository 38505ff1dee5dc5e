"""Finite outputs."""

from __future__ import annotations

import torch

from resnetgen.runtime.hooks import output_maps
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, from_differences


def check(fixture: ModelFixture) -> Verdict:
    """The outputs contain no infinity and no NaN, in the first training step and with calibrated weights.

    The first run is in train mode: initial norm statistics are meaningless, and over a thousand layers values overflow.
    """
    with torch.no_grad():
        first = output_maps(fixture.new().train()(fixture.training_batch()))
    found = output_maps(fixture.reference)
    wrong = [name for outputs in (first, found) for name, value in outputs.items() if not value.isfinite().all()]
    largest = max(float(value.abs().max()) for value in found.values())
    return from_differences((f"{name} has NaN or infinite values" for name in wrong), f"values up to {largest:.3g}")
