"""The findings of networks as curves: a panel for each measurement, a curve for each network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from resnetgen.pictures.curves import Curve, Panel, draw_curves
from resnetgen.pictures.geometry import Picture
from resnetgen.probe import load_measurement
from resnetgen.probe.finding import Finding, Series


class Measured(NamedTuple):
    """A network that was measured.

    Attributes:
        name: Its name.
        is_residual: Whether a block of it adds a shortcut.
        blocks: The number of its blocks.
        findings: Its findings by measurement.
    """

    name: str
    is_residual: bool
    blocks: int
    findings: Mapping[str, Finding]


def draw_findings(networks: Sequence[Measured]) -> Picture:
    """Return a picture of findings. Plain networks are grey, residual ones warm, and the deepest of each kind thick.

    Of several networks, each measurement shows its first series, of a single one all of the same places.

    Args:
        networks: the networks, with findings of the same measurements.
    """
    names = ", ".join(each.name for each in networks)
    return draw_curves(f"{names}: measurements at initialization", list(_panels(networks)))


def _panels(networks: Sequence[Measured]) -> Iterator[Panel]:
    for name in networks[0].findings:
        taken = load_measurement(name)
        curves = tuple(_curves(name, networks))
        if curves:
            yield Panel(taken.title, taken.x, taken.y, curves, taken.source)


def _curves(measurement: str, networks: Sequence[Measured]) -> Iterator[Curve]:
    for network in networks:
        series = network.findings[measurement].series
        if series and len(networks) > 1:
            yield Curve(network.name, _points(series[0]), _style(network, networks))
        elif series:
            same = [each for each in series if len(series[0].places) >= len(each.places)]
            own = _style(network, networks)
            plain = "curve-plain" if len(same) > 1 else own
            yield from (Curve(each.name, _points(each), _STYLES.get(each.name, plain)) for each in same)


_STYLES = {"branch": "curve-branch", "shortcut": "curve-residual"}
"""The looks of the series of a single network."""


def _style(network: Measured, networks: Sequence[Measured]) -> str:
    """Return the look of a network's curve: by its kind, and whether a network of its kind is shallower."""
    kind = "residual" if network.is_residual else "plain"
    others = [each.blocks for each in networks if each.is_residual == network.is_residual]
    is_deep = network.blocks == max(others) > min(others)
    return f"curve-{kind}{'-deep' if is_deep else ''}"


def _points(series: Series) -> tuple[tuple[float, float], ...]:
    """Return the points of a series; places with names are numbered from 1."""
    places = (place if isinstance(place, float) else float(number) for number, place in enumerate(series.places, 1))
    return tuple(zip(places, series.values, strict=True))
