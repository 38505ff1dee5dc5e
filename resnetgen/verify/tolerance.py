"""Relative errors between two outputs of a network, and the tolerance for them."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import torch
from torch import Tensor

from resnetgen.runtime.hooks import Output, output_maps
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, failed, passed

MIN_TOLERANCE = 1e-5
"""The smallest tolerance: a hundred times the rounding error of float32, for a single sum."""

REORDERING_ERROR = {"cpu": 2.0**-19, "cuda": 2.0**-16}
"""The relative error of a sum that is computed in another order, by kind of device.

As in a random walk, a sum of n products is off by sqrt(n) * 2**-24: 2**-18 or 4e-6 for the 4,608 of a 3x3 convolution
over 512 channels, and less for nearly all others. For 3x3 convolutions, cuDNN may choose Winograd transforms by shape
and memory format; over tiles of 4x4 their error is several times larger (arXiv:1509.09308).
"""

MARGIN = 4.0
"""The allowed error, as a multiple of the largest of a few random draws."""

DRAWS = 4
"""The most draws. They differ by a factor of ten where a function amplifies errors near a point, as tanhshrink does."""


def max_error(expected: Output, actual: Output) -> float:
    """Return the largest difference, relative to the largest absolute value of its map; infinite for NaN.

    Args:
        expected: the output of the reference.
        actual: the output to compare.

    Returns:
        A share of the largest absolute value: 0 for equal outputs.

    Raises:
        ValueError: the names or shapes of the maps differ.
    """
    pairs = _pairs(expected, actual)
    return max(_relative((one - other).abs().max(), one.abs().max()) for one, other in pairs)


def rms_error(expected: Output, actual: Output) -> float:
    """Return the root mean square of the differences, relative to that of the values; of the worst map.

    Args:
        expected: the output of the reference.
        actual: the output to compare.

    Returns:
        A share of the root mean square of the reference: 0 for equal outputs.

    Raises:
        ValueError: the names or shapes of the maps differ.
    """
    pairs = _pairs(expected, actual)
    return max(_relative((one - other).square().mean().sqrt(), one.square().mean().sqrt()) for one, other in pairs)


def allowed_error(
    fixture: ModelFixture, found: float, share: float, margin: float, error: Callable[[Output, Output], float]
) -> float:
    """Return a bound on an error: a multiple of the effect of relative errors in every intermediate value.

    One draw of such errors is enough to allow most errors; others are drawn until the error is allowed, or `DRAWS` are.

    Args:
        fixture: the network.
        found: the error that is to be judged.
        share: the largest relative error of an intermediate value.
        margin: the multiple.
        error: the measure of the error between two outputs.
    """
    bound = 0.0
    for draw in range(DRAWS):
        bound = max(bound, margin * error(fixture.reference, fixture.perturbed(share, draw)))
        if found <= bound:
            break
    return bound


def _relative(difference: Tensor, usual: Tensor) -> float:
    found, scale = float(difference), float(usual)
    if not found < inf or not scale < inf:
        return inf
    return found / scale if scale else (inf if found else 0.0)


def _pairs(expected: Output, actual: Output) -> list[tuple[Tensor, Tensor]]:
    ours, theirs = output_maps(expected), output_maps(actual)
    if list(ours) != list(theirs):
        raise ValueError(f"the maps are {', '.join(theirs)}, not {', '.join(ours)}")
    for name in ours:
        if ours[name].shape != theirs[name].shape:
            raise ValueError(f"{name} is {tuple(theirs[name].shape)}, not {tuple(ours[name].shape)}")
    return [(ours[name].cpu().double(), theirs[name].cpu().double()) for name in ours]


def bitwise_equal(expected: Output, actual: Output) -> bool:
    """Return whether two outputs are bitwise equal; NaN equals nothing.

    Args:
        expected: the output of the reference.
        actual: the output to compare.
    """
    ours, theirs = output_maps(expected), output_maps(actual)
    return list(ours) == list(theirs) and all(torch.equal(ours[name], theirs[name]) for name in ours)


def check_close(fixture: ModelFixture, expected: Output, actual: Output, words: str = "") -> Verdict:
    """Check that two outputs differ by no more than sums in another order do.

    The bound depends on the network: `MARGIN` times the effect of such errors in every intermediate value.

    Args:
        fixture: the network, for the bound.
        expected: the output of the reference.
        actual: the output to compare.
        words: the beginning of the verdict's text.

    Returns:
        Passed or failed, with the largest relative difference and the bound.
    """
    try:
        found = max_error(expected, actual)
    except ValueError as error:
        return failed(f"{words}{error}")
    share = REORDERING_ERROR[fixture.device.type]
    bound = MIN_TOLERANCE
    if not found <= bound:
        bound = max(bound, allowed_error(fixture, found, share, MARGIN, max_error))
    detail = f"{words}off by {found:.1e} of the output's scale"
    return passed(f"{detail}, {bound:.1e} allowed") if found <= bound else failed(f"{detail}, more than {bound:.1e}")
