"""What `here` stands for in a block type."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.ops.drop_block import DropBlockSlot
from resnetgen.ops.registry import AttentionKind, SpatialKind
from resnetgen.schema.width_expression import Expression


class Here(NamedTuple):
    """What `here` stands for in a block type: the values of the block in use.

    `first_dilation` is that of the map that comes in: the layers up to the strided one work on its grid, those after it
    on the grid that the stride, or the dilation in its stead, leaves. `replaced` is the stride that dilation stands in
    for. `begins` tells whether the block gives another shape than it gets.
    """

    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    first_dilation: tuple[int, ...]
    replaced: tuple[int, ...]
    begins: bool
    groups: Expression | None = None
    dropout: float = 0.0
    drop_block: DropBlockSlot | None = None
    spatial: SpatialKind | None = None
    attention: AttentionKind | None = None


WORDS = {"spatial": "kind of convolution", "drop_block": "drop block"}
"""What a key that may say `here` is called, where it is not called by its name."""
