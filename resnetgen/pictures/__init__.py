"""Pictures of networks: a layout places shapes and words, and a printer writes them in a format.

`levels.py` lists the layouts and `formats.py` the printers. `geometry.py` is what they share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resnetgen.analysis.shape_inference import Trace
    from resnetgen.pictures.geometry import Picture

__all__ = ["draw"]


def draw(trace: Trace, level: str = "network", other: Trace | None = None) -> Picture:
    """Return the picture of a network.

    Args:
        trace: the network with its shapes.
        level: `network`, `block` or `all`.
        other: another network to compare it with.

    Example:
        >>> from resnetgen.pictures.svg import print_picture
        >>> text = print_picture(draw(resnetgen.compile_spec("resnet50").trace))
    """
    from resnetgen.pictures.levels import layout

    return layout(level)(trace, other)
