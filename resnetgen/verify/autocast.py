"""A network under autocast, which runs convolutions and linear layers in a type of half the width."""

from __future__ import annotations

from math import sqrt

import torch

from resnetgen.cost import weighted_layers
from resnetgen.verify.closeness import spread
from resnetgen.verify.specimen import Specimen
from resnetgen.verify.verdict import Verdict, failed, passed, skipped

STEPS = 4.0
"""How many roundings there are to a layer at most: of its factors, its result, its norm and its activation."""


def autocast(specimen: Specimen, dtype: torch.dtype) -> Verdict:
    """Compare the answer under autocast with that in float32.

    A rounding to the type is off by half of its `eps` at most, and the errors of the layers add up as a random walk
    does, with the square root of their number.
    """
    kind = specimen.device.type
    if kind == "cuda" and dtype is torch.bfloat16 and not torch.cuda.is_bf16_supported(including_emulation=False):
        return skipped("the device has no bfloat16")
    with torch.no_grad(), torch.autocast(kind, dtype=dtype):
        answer = specimen.settled()(specimen.example)
    try:
        found = spread(specimen.reference, answer)
    except ValueError as error:
        return failed(str(error))
    bound = STEPS * torch.finfo(dtype).eps / 2 * sqrt(weighted_layers(specimen.trace.network))
    detail = f"off by {found:.1e} of the output's root mean square"
    return passed(detail) if found <= bound else failed(f"{detail}, more than {bound:.1e}")
