"""A network under autocast, which runs convolutions and linear layers in a type of half the width."""

from __future__ import annotations

import torch

from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.tolerance import rms_error
from resnetgen.verify.verdict import Verdict, failed, passed, skipped

MARGIN = 8.0
"""How much more there may be than what one rounding of all that is computed brings.

Factors are rounded too, which makes three roundings of a product, and those of a weight are the same at every pixel, so
that they do not even out; values of float16 below 6e-5 have fewer bits; and these errors are one draw, those another.
"""


def check_autocast(fixture: ModelFixture, dtype: torch.dtype) -> Verdict:
    """Compare the answer under autocast with that in float32: how far they are apart depends on the network.

    A rounding to the type is off by half of its `eps` at most. So much is off whatever torch computes, in float32, for
    the answer that the bound is taken from.
    """
    kind = fixture.device.type
    if kind == "cuda" and dtype is torch.bfloat16 and not torch.cuda.is_bf16_supported(including_emulation=False):
        return skipped("the device has no bfloat16")
    network, x = fixture.calibrated(), fixture.example
    with torch.no_grad(), torch.autocast(kind, dtype=dtype):
        answer = network(x)
    try:
        found = rms_error(fixture.reference, answer)
    except ValueError as error:
        return failed(str(error))
    rounded = fixture.perturbed(torch.finfo(dtype).eps / 2)
    bound = MARGIN * rms_error(fixture.reference, rounded)
    detail = f"off by {found:.1e} of the output's root mean square"
    return passed(f"{detail}, {bound:.1e} allowed") if found <= bound else failed(f"{detail}, more than {bound:.1e}")
