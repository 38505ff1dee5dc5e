"""The subjects of pictures: the network, its blocks, or both."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from resnetgen.analysis.shape_inference import Trace
from resnetgen.pictures.block import draw_blocks
from resnetgen.pictures.geometry import Box, Circle, Line, Picture, Shape, Words
from resnetgen.pictures.network import draw_network


def draw_all(trace: Trace) -> Picture:
    """Return the picture of a network above that of its blocks.

    Args:
        trace: the network with its shapes.
    """
    network, blocks = draw_network(trace), draw_blocks(trace)
    lower = tuple(moved(shape, 0, network.height) for shape in blocks.shapes)
    width = max(network.width, blocks.width)
    return Picture(width, network.height + blocks.height, network.title, (*network.shapes, *lower))


def moved(shape: Shape, right: float, down: float) -> Shape:
    """Return a shape at another place."""
    if isinstance(shape, Line):
        return shape._replace(points=tuple((x + right, y + down) for x, y in shape.points))
    assert isinstance(shape, Box | Circle | Words)
    return shape._replace(x=shape.x + right, y=shape.y + down)


LEVELS: Mapping[str, Callable[[Trace], Picture]] = {"network": draw_network, "block": draw_blocks, "all": draw_all}
"""The layouts by name."""
