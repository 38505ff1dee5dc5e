"""The result of a measurement on a network."""

from __future__ import annotations

from typing import NamedTuple


class Figure(NamedTuple):
    """A single number of a finding.

    Attributes:
        name: Its name in tables: `variance, last to first block`.
        value: The number.
        unit: Its unit; empty for a ratio.
    """

    name: str
    value: float
    unit: str = ""


class Series(NamedTuple):
    """Numbers along the depth of a network, or along another axis.

    Attributes:
        name: Its name: `branch`.
        places: The place of each number: the name of a block (`layer1.0`), or a number.
        values: The numbers.
    """

    name: str
    places: tuple[str | float, ...]
    values: tuple[float, ...]


class Finding(NamedTuple):
    """The result of a measurement.

    Attributes:
        figures: The numbers that sum it up.
        series: The numbers that they come from, to be plotted.
        verdict: A sentence on what the numbers mean, with the criterion.
        is_warning: Whether the verdict tells of trouble.
    """

    figures: tuple[Figure, ...]
    series: tuple[Series, ...]
    verdict: str
    is_warning: bool = False
