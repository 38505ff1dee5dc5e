"""The place in a list of layers that decides on its output channels."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.diagnostics.model import Path
from resnetgen.layers import ConvLayer, Layer


def width_at(layers: Sequence[Layer], at: Path) -> Path | None:
    """Return the path of the channels of the last convolution in a list at a path; None if there is none."""
    convs = [index for index, layer in enumerate(layers) if isinstance(layer, ConvLayer)]
    return (*at, convs[-1], "to") if convs else None
