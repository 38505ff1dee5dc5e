"""A measurement: its name, what it measures, the source of its formula, and the function that does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from resnetgen.pictures.curves import Axis
from resnetgen.probe.finding import Finding
from resnetgen.probe.subject import Subject


class Measurement(NamedTuple):
    """A measurement of a network at initialization.

    Attributes:
        name: Its name on the command line: `gradients`.
        title: What it measures, as a heading.
        source: The paper that its formula is from.
        x: The axis along which its series run.
        y: The axis of their values.
        measure: The function from a network to the finding.
    """

    name: str
    title: str
    source: str
    x: Axis
    y: Axis
    measure: Callable[[Subject], Finding]
