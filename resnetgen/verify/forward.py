"""Whether it answers in numbers."""

from __future__ import annotations

import torch

from resnetgen.running.observation import maps
from resnetgen.verify.specimen import Specimen
from resnetgen.verify.verdict import Verdict, judged


def check(specimen: Specimen) -> Verdict:
    """What the network answers, with its first weights and with varied ones, holds no infinity and no NaN."""
    with torch.no_grad():
        first = maps(specimen.new().eval()(specimen.example))
    found = maps(specimen.reference)
    wrong = [name for outputs in (first, found) for name, value in outputs.items() if not value.isfinite().all()]
    largest = max(float(value.abs().max()) for value in found.values())
    return judged((f"{name} holds values that are no numbers" for name in wrong), f"values up to {largest:.3g}")
