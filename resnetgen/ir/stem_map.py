"""The stem's map: the one that a network can give beside those of its stages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from resnetgen.ir.network import Node

STEM = "stem"
"""Its name in `features`; no stage can have it."""


def stem_map_end(stem: Sequence[Node]) -> int:
    """Return how many operators of a stem its map has passed.

    Layers that only pool or pad at the stem's end come after its map: in ResNet, the max pool. Decoders want the larger
    map, and timm's networks give it too. The map of a stem of nothing else is its output.
    """
    end = len(stem)
    for _, run in groupby(reversed(stem), key=lambda node: node.at):
        layer = tuple(run)
        if not all(node.operator.pools for node in layer):
            break
        end -= len(layer)
    return end or len(stem)
