"""Comparison of a network under autocast, which runs convolutions and linear layers in half precision."""

from __future__ import annotations

import torch

from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.tolerance import rms_error
from resnetgen.verify.verdict import Verdict, failed, passed, skipped

MARGIN = 8.0
"""The allowed error, as a multiple of that of one rounding of every intermediate value.

Factors are rounded too, so that a product has three roundings. The rounding of a weight is the same at every pixel and
does not average out. Values of float16 below 6e-5 have fewer bits. And the bound comes from one random draw of errors.
"""


def check_autocast(fixture: ModelFixture, dtype: torch.dtype) -> Verdict:
    """Compare the output under autocast to `dtype` with that in float32.

    The bound depends on the network. It comes from the output in float32 with every intermediate value perturbed by the
    largest rounding error of `dtype`, half of its `eps`.

    Returns:
        Skipped if the device has no such type; else passed or failed, with the error and the bound.
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
