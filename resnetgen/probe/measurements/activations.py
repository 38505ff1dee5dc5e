"""Channels of activations that give the same constant for every sample and pixel.

A ReLU whose input is never positive gives zeros alone, and no gradient reaches what is before it: Maas, Hannun and Ng,
"Rectifier Nonlinearities Improve Neural Network Acoustic Models" (2013).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from resnetgen.pictures.curves import Axis
from resnetgen.probe.finding import Figure, Finding, Series
from resnetgen.probe.measurement import Measurement
from resnetgen.probe.subject import Subject
from resnetgen.runtime.expected_modules import module_operators

MANY = 0.1
"""The share of dead channels of a layer above which there is a warning."""


def measure(subject: Subject) -> Finding:
    """Count the channels of each activation whose value is the same for all samples and pixels of a batch of noise.

    Args:
        subject: the network, with fixed statistics of its norms.

    Returns:
        The share of such channels by activation. It is a warning if one activation has more than `MANY`.
    """
    found: dict[str, tuple[int, int]] = {}

    def listening(name: str) -> Callable[[nn.Module, object, Tensor], None]:
        return lambda module, given, result: found.update({name: _dead(result)})

    names = [name for name, step in module_operators(subject.trace) if step.node.operator.is_activation]
    handles = [subject.network.get_submodule(name).register_forward_hook(listening(name)) for name in names]
    try:
        with torch.no_grad():
            subject.network(subject.noise(stream=3))
    finally:
        for handle in handles:
            handle.remove()
    if not found:
        return Finding((), (), "The network has no activations.")
    shares = {name: dead / channels for name, (dead, channels) in found.items()}
    dead, channels = map(sum, zip(*found.values(), strict=True))
    figures = (Figure("dead channels", 100 * dead / channels, "%"),)
    series = (Series("dead channels", tuple(shares), tuple(shares.values())),)
    return Finding(figures, series, *_verdict(shares, dead, channels))


def _dead(value: Tensor) -> tuple[int, int]:
    """Return the number of constant channels of a map (N, C, ...), and of all."""
    by_channel = value.detach().transpose(0, 1).flatten(1)
    if by_channel.shape[1] < 2:
        return 0, len(by_channel)
    return int((by_channel == by_channel[:, :1]).all(1).sum()), len(by_channel)


def _verdict(shares: dict[str, float], dead: int, channels: int) -> tuple[str, bool]:
    if not dead:
        return f"All {channels:,} channels of the activations respond to the input.", False
    worst = max(shares, key=shares.__getitem__)
    text = f"{dead:,} of {channels:,} channels of the activations are constant, {shares[worst]:.0%} of those at {worst}"
    if shares[worst] > MANY:
        return f"{text} (more than {MANY:.0%}): they do not learn.", True
    return f"{text}.", False


MEASUREMENT = Measurement(
    "activations",
    "Dead units",
    "Maas, Hannun and Ng 2013",
    Axis("activation", counts=True),
    Axis("share of constant channels"),
    measure,
)
"""Activations that are constant."""
