"""The output under autocast to bfloat16."""

from __future__ import annotations

import torch

from resnetgen.verify.autocast import check_autocast
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict


def check(fixture: ModelFixture) -> Verdict:
    """Under `torch.autocast` to bfloat16 the output is correct to 8 bits of mantissa."""
    return check_autocast(fixture, torch.bfloat16)
