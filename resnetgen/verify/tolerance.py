"""How near two outputs of a network are, as a share of what is usual in them."""

from __future__ import annotations

from math import inf

import torch
from torch import Tensor

from resnetgen.runtime.hooks import Output, output_maps
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, failed, passed

MIN_TOLERANCE = 1e-5
"""No bound is below this: a hundred times what a float32 is rounded by, for what a single sum may be off."""

REORDERING_ERROR = {"cpu": 2.0**-19, "cuda": 2.0**-16}
"""By which share of itself a value may be off that is added up in another order, by the kind of device.

A sum of n products is off by sqrt(n) * 2**-24, as a random walk goes: 2**-18 or 4e-6 for the 4,608 of a 3x3 convolution
over 512 channels, and less for nearly all others. For a 3x3 convolution cuDNN may take Winograd's transforms, by shape
and memory format; over tiles of 4x4 they are off by several times as much as the sum (arXiv:1509.09308).
"""

MARGIN = 4.0
"""How much larger than one draw of random errors another one may be."""


def max_error(expected: Output, actual: Output) -> float:
    """The largest difference of any value, as a share of the largest value in its map; infinite where one is no number.

    Raises:
        ValueError: they are not of the same maps, or shapes.
    """
    pairs = _pairs(expected, actual)
    return max(_relative((one - other).abs().max(), one.abs().max()) for one, other in pairs)


def rms_error(expected: Output, actual: Output) -> float:
    """The root mean square of the differences as a share of that of the values, of the map where it is largest.

    Raises:
        ValueError: they are not of the same maps, or shapes.
    """
    pairs = _pairs(expected, actual)
    return max(_relative((one - other).square().mean().sqrt(), one.square().mean().sqrt()) for one, other in pairs)


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
    """Whether two outputs are equal bit by bit; NaN is equal to nothing."""
    ours, theirs = output_maps(expected), output_maps(actual)
    return list(ours) == list(theirs) and all(torch.equal(ours[name], theirs[name]) for name in ours)


def check_close(fixture: ModelFixture, expected: Output, actual: Output, words: str = "") -> Verdict:
    """Whether two outputs differ by no more than what comes of adding in another order.

    How much that is depends on the network: `MARGIN` times what comes of such errors in all that torch computes for it.
    """
    try:
        found = max_error(expected, actual)
    except ValueError as error:
        return failed(f"{words}{error}")
    bound = max(
        MIN_TOLERANCE,
        MARGIN * max_error(fixture.reference, fixture.perturbed(REORDERING_ERROR[fixture.device.type])),
    )
    detail = f"{words}off by {found:.1e} of the output's scale"
    return passed(f"{detail}, {bound:.1e} allowed") if found <= bound else failed(f"{detail}, more than {bound:.1e}")
