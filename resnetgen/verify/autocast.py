"""Comparison of a network under autocast, which runs convolutions and linear layers in half precision."""

from __future__ import annotations

from math import isfinite

import torch

from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.module_errors import ModuleError, module_errors
from resnetgen.verify.tolerance import allowed_error, rms_error
from resnetgen.verify.verdict import Verdict, failed, passed, skipped

MARGIN = 8.0
"""The allowed error, as a multiple of that of one rounding of every intermediate value.

Factors are rounded too, so that a product has three roundings. The rounding of a weight is the same at every pixel and
does not average out. Values of float16 below 6e-5 have fewer bits. And the bound comes from a few random draws of
errors.
"""

CHAOS = 1.0
"""The bound, in root mean squares of the output, from which on it allows any output: that of another input, or zero."""


def check_autocast(fixture: ModelFixture, dtype: torch.dtype) -> Verdict:
    """Compare the output under autocast to `dtype` with that in float32.

    The bound depends on the network. It comes from the output in float32 with every intermediate value perturbed by the
    largest rounding error of `dtype`, half of its `eps`. A network that amplifies such an error to the size of its
    output is chaotic: its output shows no fault. Each of its modules is then compared by itself, on the input that it
    has in float32, so that no error reaches the next.

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
    bound = allowed_error(fixture, found, torch.finfo(dtype).eps / 2, MARGIN, rms_error)
    detail = f"off by {found:.1e} of the output's root mean square"
    if isfinite(found) and bound >= CHAOS:
        return _check_modules(module_errors(fixture, dtype, MARGIN), bound)
    return passed(f"{detail}, {bound:.1e} allowed") if found <= bound else failed(f"{detail}, more than {bound:.1e}")


def _check_modules(found: list[ModuleError], bound: float) -> Verdict:
    """Judge a chaotic network by its modules, of which those that are chaotic themselves say nothing."""
    judged = [each for each in found if each.allowed < CHAOS]
    chaotic = f"rounding errors may grow to {bound:.1e} of the output's root mean square"
    if not judged:
        return skipped(f"{chaotic}, and so in each of its modules")
    worst = max(judged, key=lambda each: each.error / each.allowed)
    detail = f"`{worst.name}` is off by {worst.error:.1e} of its output's root mean square"
    if worst.error > worst.allowed:
        return failed(f"{detail}, more than {worst.allowed:.1e}")
    return passed(f"{chaotic}; of {len(judged)} modules by themselves, {detail}, {worst.allowed:.1e} allowed")
