"""Whether it works under autocast to bfloat16."""

from __future__ import annotations

import torch

from resnetgen.verify.autocast import autocast
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.verdict import Verdict


def check(specimen: Specimen) -> Verdict:
    """Under `torch.autocast` to bfloat16 the answer is right but for 8 bits of mantissa."""
    return autocast(specimen, torch.bfloat16)
