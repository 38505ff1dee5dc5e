"""Curves of several seeds: the mean, with a band from the least to the greatest value."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.lab.results import NetworkResult, interval
from resnetgen.pictures.curves import Axis, Curve, Panel

TRAINING_LOSS = Axis("training loss", is_logarithmic=True)
EPOCH = Axis("epoch", counts=True)


def style_of(network: NetworkResult, networks: Sequence[NetworkResult]) -> str:
    """Return the look of a network's curve: plain ones are grey, residual ones warm, the deepest of a kind thick."""
    kind = "residual" if network.is_residual else "plain"
    depths = [each.depth for each in networks if each.is_residual == network.is_residual]
    return f"curve-{kind}{'-deep' if network.depth == max(depths) > min(depths) else ''}"


def banded(name: str, places: Sequence[float], values: Sequence[Sequence[float]], style: str) -> Curve:
    """Return the curve of the means of some series, with the band between their least and greatest values.

    Args:
        name: its name.
        places: the places along the horizontal axis.
        values: a series for each seed, of as many values.
        style: its look.
    """
    found = [interval(column) for column in zip(*values, strict=True)]
    points = tuple((place, each.mean) for place, each in zip(places, found, strict=True))
    band = tuple((place, each.low, each.high) for place, each in zip(places, found, strict=True))
    return Curve(name, points, style, band if len(values) > 1 else ())


def by_epoch(figure: str, y: Axis, title: str, networks: Sequence[NetworkResult], note: str = "") -> Panel:
    """Return a panel with a figure of the epochs of all networks, as far as every seed of them came.

    Args:
        figure: a field of `Epoch`.
        y: the vertical axis.
        title: the title of the panel.
        networks: the networks.
        note: what stands beside the title.
    """
    curves = []
    for network in networks:
        most = min(len(trial.epochs) for trial in network.trials)
        values = [[getattr(epoch, figure) for epoch in trial.epochs[:most]] for trial in network.trials]
        if most:
            places = [float(epoch.epoch) for epoch in network.trials[0].epochs[:most]]
            curves.append(banded(network.name, places, values, style_of(network, networks)))
    return Panel(title, EPOCH, y, tuple(curves), note)
