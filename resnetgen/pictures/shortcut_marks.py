"""The marks of shortcuts: one on the line of each kind, and its words in the legend."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from resnetgen.ir.network import Shortcut
from resnetgen.pictures.geometry import Box, Circle, Line, Shape

HALF = 3.5
"""Half the extent of a mark."""

NONE = "none"


def _square(x: float, y: float, style: str) -> Iterator[Shape]:
    yield Box(x - HALF, y - HALF, 2 * HALF, 2 * HALF, style, rounding=1)


def _circle(x: float, y: float, style: str) -> Iterator[Shape]:
    yield Circle(x, y, HALF, style)


def _diamond(x: float, y: float, style: str) -> Iterator[Shape]:
    far = HALF + 1
    yield Line(((x, y - far), (x + far, y), (x, y + far), (x - far, y), (x, y - far)), style)


class Mark(NamedTuple):
    """A mark, by the middle of it, and what the legend says of it."""

    words: str
    draw: Callable[[float, float], Iterator[Shape]]


def _nothing(x: float, y: float) -> Iterator[Shape]:
    return iter(())


MARKS: Mapping[str, Mark] = {
    "identity": Mark("identity", _nothing),
    "projection": Mark("projection", lambda x, y: _square(x, y, "skip-mark")),
    "avg_projection": Mark("average pool, projection", lambda x, y: _square(x, y, "skip-hollow")),
    "pad": Mark("zeros for new channels", lambda x, y: _circle(x, y, "skip-hollow")),
    "norm": Mark("norm", lambda x, y: _circle(x, y, "skip-mark")),
    "layers": Mark("other layers", lambda x, y: _diamond(x, y, "skip-mark")),
}
"""The marks of shortcuts, in the order of the legend; a block without a shortcut has no line."""


def mark_of(shortcut: Shortcut) -> str:
    """Return the key in `MARKS` of a shortcut, or `none` for a block without one."""
    if shortcut.kind == NONE:
        return NONE
    operators = [node.operator for node in shortcut.nodes if not node.operator.is_identity]
    others = [each for each in operators if not each.is_norm]
    if not others:
        return "norm" if operators else "identity"
    if shortcut.projects:
        return "projection" if all(each.is_weighted for each in others) else "avg_projection"
    return "pad" if shortcut.kind == "pad" else "layers"
