"""Thumbnails: the slabs and the shortcuts of a network's picture, without words."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.shape_inference import Trace
from resnetgen.pictures.geometry import Box, Line, Picture, Shape, Words, moved
from resnetgen.pictures.network import draw_network

_SLABS = {"map", "block", "other"}
"""The looks of slabs."""

_MARK = 6.0
"""The most that a mark stands above its shortcut's line."""

_MARGIN = 4.0


def draw_thumbnail(trace: Trace) -> Picture:
    """Return a small picture of a network: the slabs of `draw_network` with the lines around them.

    Args:
        trace: the network with its shapes.
    """
    whole = draw_network(trace)
    kept = list(_kept(whole.shapes))
    bounds = [shape.bounds for shape in kept]
    left, top = min(each.left for each in bounds) - _MARGIN, min(each.top for each in bounds) - _MARGIN
    right, bottom = max(each.right for each in bounds) + _MARGIN, max(each.bottom for each in bounds) + _MARGIN
    shapes = tuple(_untitled(moved(shape, -left, -top)) for shape in kept)
    return Picture(right - left, bottom - top, whole.title, shapes)


def _kept(shapes: tuple[Shape, ...]) -> Iterator[Shape]:
    """Yield what lies between the highest shortcut and the lowest slab; header and bars lie outside."""
    slabs = [shape.bounds for shape in shapes if isinstance(shape, Box) and shape.style in _SLABS]
    top, bottom = min(each.top for each in slabs), max(each.bottom for each in slabs)
    lines = [shape.bounds.top for shape in shapes if isinstance(shape, Line) and shape.bounds.bottom > top]
    top = min(top, *lines) - _MARK
    for shape in shapes:
        if not isinstance(shape, Words) and shape.bounds.top >= top and shape.bounds.bottom <= bottom + 1:
            yield shape


def _untitled(shape: Shape) -> Shape:
    return shape._replace(id="", title="") if isinstance(shape, Box) else shape
