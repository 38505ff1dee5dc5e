"""The effective receptive field beside the theoretical one.

Luo, Li, Urtasun and Zemel, "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks" (2016,
https://arxiv.org/abs/1701.04128): the gradients of the input for the centre of the last map fall off from the middle
like a Gaussian, so that most of the theoretical receptive field matters little. It counts the pixels whose gradient is
more than 1 - 95.45% of the largest, those within two standard deviations of a Gaussian; the effective receptive field
is the side of a square of as many pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor

from resnetgen.analysis.receptive_field import receptive_fields
from resnetgen.number_format import pluralize
from resnetgen.pictures.curves import Axis
from resnetgen.probe.finding import Figure, Finding, Series
from resnetgen.probe.measurement import Measurement
from resnetgen.probe.subject import Subject

THRESHOLD = 1 - 0.9545
"""The share of the largest gradient that a pixel of the effective field has at least."""


def measure(subject: Subject) -> Finding:
    """Measure the gradients of the input for the centre of the last map: root mean squares over samples and channels.

    Args:
        subject: the network, with fixed statistics of its norms.

    Returns:
        The effective and the theoretical receptive field, in pixels, and the profile of gradients along the last axis.
    """
    found = _gradients(subject)
    effective = float((found > THRESHOLD * found.max()).sum()) ** (1 / subject.rank)
    field = receptive_fields(subject.trace.network)[-1].field
    theoretical = 1.0
    for extent in field:
        theoretical *= extent ** (1 / subject.rank)
    size = subject.trace.input[-1]
    profile = found.reshape(-1, size).amax(0) / found.max()
    figures = (Figure("effective receptive field", effective, "pixels"), Figure("theoretical", theoretical, "pixels"))
    text = (
        f"A pixel of the last map effectively sees {pluralize(round(effective), 'pixel')} along an axis, "
        f"{effective / theoretical:.0%} of its receptive field of {round(theoretical):,}"
    )
    cut = " The input is smaller than the receptive field, which cuts it off." if min(field) > size else ""
    places = tuple(float(place) for place in range(size))
    series = (Series("gradient", places, tuple(map(float, profile))),)
    return Finding(figures, series, f"{text}.{cut}")


def _gradients(subject: Subject) -> Tensor:
    """Return the root mean square of the input's gradients, by pixel."""
    last: list[Tensor] = []
    name = subject.blocks[-1].name
    handle = subject.network.get_submodule(name).register_forward_hook(
        lambda module, given, result: last.append(result.clone())
    )
    x = subject.noise(stream=4).requires_grad_(True)
    try:
        subject.network(x)
    finally:
        handle.remove()
    value = last[0]
    middle: tuple[slice | int, ...] = (slice(None), slice(None), *(extent // 2 for extent in value.shape[2:]))
    generator = torch.Generator().manual_seed(subject.seed)
    target = torch.zeros_like(value)
    target[middle] = torch.randn(target[middle].shape, generator=generator).to(value)
    torch.autograd.backward([value], [target])
    subject.network.zero_grad()
    assert x.grad is not None
    return x.grad.double().square().mean((0, 1)).sqrt()


MEASUREMENT = Measurement(
    "field",
    "Effective receptive field",
    "Luo et al. 2016, arXiv:1701.04128",
    Axis("pixel of the input", counts=True),
    Axis("gradient, relative to the largest"),
    measure,
)
"""The part of the input that a pixel of the last map depends on."""
