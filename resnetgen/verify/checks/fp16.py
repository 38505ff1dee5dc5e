"""Whether it works under autocast to float16."""

from __future__ import annotations

import torch

from resnetgen.verify.autocast import autocast
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.verdict import Verdict


def check(specimen: Specimen) -> Verdict:
    """Under `torch.autocast` to float16 nothing overflows, and the answer is right but for 11 bits of mantissa."""
    return autocast(specimen, torch.float16)
