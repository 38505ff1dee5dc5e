"""Measurements of networks at initialization: they need random inputs, no data and no training."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resnetgen.probe.measurement import Measurement

MEASUREMENTS = ("variance", "gradients", "shattering", "paths", "activations", "field")
"""The names of the measurements in the order of the report; each is a file of `measurements/`, which needs torch."""


def load_measurement(name: str) -> Measurement:
    """Return a measurement.

    Args:
        name: its name, one of `MEASUREMENTS`.

    Raises:
        ModuleNotFoundError: torch is not installed.
    """
    found: Measurement = import_module(f"resnetgen.probe.measurements.{name}").MEASUREMENT
    return found
