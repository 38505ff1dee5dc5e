"""The subjects of pictures: the network, its blocks, or both. Each is a module that is imported when it is drawn."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from resnetgen.analysis.shape_inference import Trace
    from resnetgen.pictures.geometry import Picture

LEVELS: tuple[str, ...] = ("network", "block", "all")
"""The modules in this folder that draw a level: `network` has `draw_network`. The first is the default."""


def layout(level: str) -> Callable[[Trace, Trace | None], Picture]:
    """Return the function that draws a level.

    Args:
        level: one of `LEVELS`.
    """
    found: Callable[[Trace, Trace | None], Picture] = getattr(
        import_module(f"resnetgen.pictures.{level}"), f"draw_{level}"
    )
    return found
