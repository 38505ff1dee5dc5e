"""A picture as it is asked for: what every format is printed from."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.analysis.shape_inference import Trace
from resnetgen.pictures.geometry import Picture
from resnetgen.pictures.levels import layout


class Drawing(NamedTuple):
    """A network at a level of `LEVELS`, and another network that it is compared with."""

    trace: Trace
    level: str = "network"
    other: Trace | None = None

    def picture(self) -> Picture:
        """Return the shapes and words with their places, for formats that have a layout of ours."""
        return layout(self.level)(self.trace, self.other)
