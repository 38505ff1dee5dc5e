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
        The picture; `print_picture` of `resnetgen.pictures.svg` makes the text of a file of it.

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
        raise ValueError(f"{level!r} is no level of pictures: {', '.join(LEVELS)}")
    return draw(compile_spec(target).trace, level)


def compare(*targets: Target, layout: str = "figures") -> Table:
    """Return a table of networks, which a notebook shows.

    Args:
        targets: the networks, each as in `compile_spec`.
        layout: `figures`, a row for each network; or `paper`, a row for each stage, as papers print it.

    Returns:
        The table; its `data` are the numbers, its `transposed()` has rows for columns.

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
        raise ValueError(f"{layout!r} is no layout of tables: {', '.join(LAYOUTS)}")
    return find(layout)([Subject(compile_spec(target)) for target in targets])
