"""The correlation of gradients at neighbouring inputs.

Balduzzi et al., "The Shattered Gradients Problem: If resnets are the answer, then what is the question?" (2017,
https://arxiv.org/abs/1702.08591): in plain networks the correlation of gradients at two inputs falls exponentially with
depth, until gradients look like white noise; in residual networks it falls far more slowly.
"""

from __future__ import annotations

from itertools import pairwise
from math import cos, exp, log, pi, sin

import torch
from torch import Tensor

from resnetgen.pictures.curves import Axis
from resnetgen.probe.finding import Figure, Finding, Series
from resnetgen.probe.measurement import Measurement
from resnetgen.probe.subject import Subject

STARTS = 8
"""The number of random inputs whose gradients are compared with those of inputs near them."""

ANGLES = tuple(2.0**power for power in range(-5, 7))
"""The distances at which gradients are compared, in degrees: 1/32 to 64."""

HALF = 0.5
"""The correlation whose angle is reported."""

NEAR = 0.25
"""The angle at which the correlation has to be `HALF` at least, in degrees; below, a warning is given."""


def measure(subject: Subject) -> Finding:
    """Measure the mean cosine of the gradients of the input at two inputs, by the angle between the inputs.

    For inputs u and v of noise, the input at the angle t from u is `cos(t) u + sin(t) v`: the norm is the same in the
    mean.

    Args:
        subject: the network, with fixed statistics of its norms; so no input depends on the others.

    Returns:
        The correlation by angle. It is a warning if it falls below `HALF` before `NEAR` degrees.
    """
    cosines = [_cosines(subject, start) for start in range(STARTS)]
    means = tuple(float(mean) for mean in torch.stack(cosines).mean(0))
    half = _half_angle(means)
    figures = (Figure("correlation falls below 1/2 at", half, "degrees"),)
    return Finding(figures, (Series("correlation", ANGLES, means),), *_verdict(half))


def _cosines(subject: Subject, start: int) -> Tensor:
    """Return the cosines of the gradient at a random input and those at each of the angles from it."""
    u, v = subject.noise(2, stream=100 + start)
    points = torch.stack([cos(angle * pi / 180) * u + sin(angle * pi / 180) * v for angle in (0.0, *ANGLES)])
    parts = [_gradients(subject, part) for part in torch.split(points, subject.batch)]
    gradients = torch.nn.functional.normalize(torch.cat(parts).flatten(1), dim=1)
    return gradients[1:] @ gradients[0]


def _gradients(subject: Subject, points: Tensor) -> Tensor:
    """Return the gradients of inputs, (N, C, ...), in double precision."""
    missing = max(subject.trace.min_batch - len(points), 0)
    x = torch.cat([points, points[:1].repeat(missing, *(1,) * (points.dim() - 1))]).requires_grad_(True)
    subject.backward(subject.network(x))
    subject.network.zero_grad()
    assert x.grad is not None
    return x.grad[: len(points)].double()


def _half_angle(means: tuple[float, ...]) -> float:
    """Return the angle in degrees at which the correlation falls below `HALF`, interpolated on a logarithmic scale."""
    if means[0] < HALF:
        return ANGLES[0]
    for (angle, above), (next_angle, below) in pairwise(zip(ANGLES, means, strict=True)):
        if below < HALF:
            share = (above - HALF) / (above - below)
            return exp((1 - share) * log(angle) + share * log(next_angle))
    return ANGLES[-1]


def _verdict(half: float) -> tuple[str, bool]:
    at = f"at most {half:.2g}" if half <= ANGLES[0] else f"at least {half:.2g}" if half >= ANGLES[-1] else f"{half:.2g}"
    text = f"The correlation of gradients falls below {HALF:g} when inputs are {at} degrees apart"
    if half < NEAR:
        return f"{text} (less than {NEAR:g}): gradients are shattered, and a step helps few other inputs.", True
    return f"{text} (a warning is given below {NEAR:g}).", False


MEASUREMENT = Measurement(
    "shattering",
    "Correlation of gradients at neighbouring inputs",
    "Balduzzi et al. 2017, arXiv:1702.08591",
    Axis("angle between inputs, degrees", is_logarithmic=True),
    Axis("correlation"),
    measure,
)
"""Shattered gradients."""
