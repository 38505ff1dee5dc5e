"""A network above its blocks."""

from __future__ import annotations

from resnetgen.analysis.shape_inference import Trace
from resnetgen.pictures.block import draw_block
from resnetgen.pictures.geometry import Picture, moved
from resnetgen.pictures.network import draw_network


def draw_all(trace: Trace, other: Trace | None = None) -> Picture:
    """Return the picture of a network above that of its blocks.

    Args:
        trace: the network with its shapes.
        other: another network to compare it with.
    """
    network, blocks = draw_network(trace, other), draw_block(trace, other)
    lower = tuple(moved(shape, 0, network.height) for shape in blocks.shapes)
    width = max(network.width, blocks.width)
    return Picture(width, network.height + blocks.height, network.title, (*network.shapes, *lower))
