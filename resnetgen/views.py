"""Views of networks in the Python API: pictures, and tables of several networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnetgen.api import compile_spec
from resnetgen.targets import Target

if TYPE_CHECKING:
    from resnetgen.pictures.geometry import Picture
    from resnetgen.tables.table import Table


def draw(target: Target, level: str = "network") -> Picture:
    """Return the picture of a network, which a notebook shows.

    Args:
        target: as in `compile_spec`.
        level: `network`, `block` for its forms of blocks, or `all` for both.

    Returns:
        The picture; `resnetgen.pictures.svg.print_picture` returns the text of its SVG file.

    Raises:
        SpecError: the spec is wrong.
        ValueError: there is no such level.

    Example:
        >>> resnetgen.draw("resnet50", "block").title
        'resnet50: 16 blocks in 4 stages, 3 forms'
    """
    from resnetgen.pictures import draw
    from resnetgen.pictures.levels import LEVELS

    if level not in LEVELS:
        raise ValueError(f"unknown level {level!r}; the levels are {', '.join(LEVELS)}")
    return draw(compile_spec(target).trace, level)


def compare(*targets: Target, layout: str = "figures") -> Table:
    """Return a table of networks, which a notebook shows.

    Args:
        targets: the networks, each as in `compile_spec`.
        layout: `figures`, a row for each network; or `paper`, a row for each stage, as papers print it.

    Returns:
        The table; `data` has its numbers, and `transposed()` returns it with rows and columns swapped.

    Raises:
        SpecError: a spec is wrong.
        ValueError: there is no such layout.

    Example:
        >>> table = resnetgen.compare("resnet18", "resnet34")
        >>> [row["params"] for row in table.data]
        [11689512, 21797672]
    """
    from resnetgen.tables.layouts import LAYOUTS
    from resnetgen.tables.layouts import layout as find
    from resnetgen.tables.subject import Subject

    if layout not in LAYOUTS:
        raise ValueError(f"unknown layout {layout!r}; the layouts are {', '.join(LAYOUTS)}")
    return find(layout)([Subject(compile_spec(target)) for target in targets])
