"""Whether it answers in numbers."""

from __future__ import annotations

import torch

from resnetgen.runtime.hooks import maps
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.verdict import Verdict, judged


def check(specimen: Specimen) -> Verdict:
    """What the network answers, as its training begins and with varied weights, holds no infinity and no NaN.

    It begins in train mode: what a norm has as statistics before it means nothing, and over a thousand layers too much.
    """
    with torch.no_grad():
        first = maps(specimen.new().train()(specimen.training_batch()))
    found = maps(specimen.reference)
    wrong = [name for outputs in (first, found) for name, value in outputs.items() if not value.isfinite().all()]
    largest = max(float(value.abs().max()) for value in found.values())
    return judged((f"{name} holds values that are no numbers" for name in wrong), f"values up to {largest:.3g}")
