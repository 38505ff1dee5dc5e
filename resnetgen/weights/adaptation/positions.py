"""Embeddings of positions for another input size: the grid of vectors is resized, as an image would be.

The first vector is that of the mean of the map, or of a class, and stays. The others are the rows of a grid. They are
interpolated by cubic polynomials, with a wider kernel where the grid gets smaller (`antialias`), in float32: as
`timm.layers.resample_abs_pos_embed` and open_clip do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isqrt, prod
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.analysis.cost import state_dict
from resnetgen.compiler import Compiled
from resnetgen.ops.window import by_axis
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.adaptation.adaptation import Adaptation, State, refuse
from resnetgen.weights.fit import Fit

if TYPE_CHECKING:
    from torch import Tensor

OPTION = "--resize-positions"
METHODS = ("bicubic", "bilinear")


class _Grid(NamedTuple):
    name: str
    stored: tuple[int, int]
    needed: tuple[int, int]
    channels: int


def adaptations(compiled: Compiled, found: Fit, rule: str) -> list[Adaptation]:
    """Return the change of each embedding of positions that has another number of these in the file.

    Args:
        compiled: the network.
        found: the part of the file.
        rule: `bicubic` or `bilinear`; behind it, where the file's grid is not square, its size as in `bicubic,9x7`.

    Raises:
        WeightsError: the rule is none for this file and network.
    """
    method, _, size = rule.partition(",")
    if method not in METHODS:
        refuse(f"unknown rule `{clip(rule, 60)}` for {OPTION}", f"write {' or '.join(f'`{each}`' for each in METHODS)}")
    grids = list(_grids(compiled, found, size))
    if not grids:
        refuse("no embedding of positions has another size in this file than in the network", f"leave {OPTION} out")
    return [_change(grid, method) for grid in grids]


def _grids(compiled: Compiled, found: Fit, size: str) -> Iterator[_Grid]:
    """Yield the grids to resize.

    Raises:
        WeightsError: one cannot be.
    """
    for name, spec in state_dict(compiled.network):
        stored, shape, grid = found.shapes.get(name), spec.shape, spec.grid
        if not grid or stored is None or stored == shape:
            continue
        if len(grid) != 2:
            refuse(f"`{name}` has positions along {len(grid)} axes, not 2", f"leave {OPTION} out")
        if len(stored) != 2 or stored[1] != shape[1]:
            message = f"`{name}` has the shape {by_axis(stored)} in the file, but {by_axis(shape)} in the network"
            refuse(message, "only the number of positions can change")
        yield _Grid(name, _stored_grid(name, stored[0] - 1, size), (grid[0], grid[1]), shape[1])


def _stored_grid(name: str, count: int, size: str) -> tuple[int, int]:
    """Return the size of a grid in the file.

    Raises:
        WeightsError: it is unknown, or another than the rule says.
    """
    sides = [int(side) for side in size.split("x")] if re.fullmatch(r"[0-9]{1,6}x[0-9]{1,6}", size) else []
    square = isqrt(max(count, 0))
    if not size and count > 0 and square**2 == count:
        return square, square
    if not sides or prod(sides) != count:
        given = f", not {size}" if size else ", which is not a square number"
        refuse(f"`{name}` has {count:,} positions in the file{given}", "write the size of their grid: `bicubic,9x7`")
    return sides[0], sides[1]


def _change(grid: _Grid, method: str) -> Adaptation:
    shape = (prod(grid.needed) + 1, grid.channels)
    words = f"resized the positions of `{grid.name}` from {by_axis(grid.stored)} to {by_axis(grid.needed)} ({method})"

    def make(state: State) -> dict[str, Tensor]:
        return {grid.name: _resized(state[grid.name], grid, method)}

    return Adaptation(words, {grid.name: shape}, (), make)


def _resized(vectors: Tensor, grid: _Grid, method: str) -> Tensor:
    import torch
    from torch.nn.functional import interpolate

    first, others = vectors[:1].float(), vectors[1:].float()
    map = others.reshape(1, *grid.stored, -1).permute(0, 3, 1, 2)
    sized = interpolate(map, size=grid.needed, mode=method, antialias=True, align_corners=False)
    return torch.cat([first, sized.permute(0, 2, 3, 1).flatten(0, 2)]).to(vectors.dtype)
