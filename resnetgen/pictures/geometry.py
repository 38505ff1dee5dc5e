"""The parts of a picture: boxes, lines, circles and words, with positions in pixels; y grows downwards.

A part's `style` names its look in `style.py`. Its `title`, shown on hover, has the exact figures.
"""

from __future__ import annotations

from typing import NamedTuple

from resnetgen import display
from resnetgen.pictures.style import STYLES
from resnetgen.pictures.text_width import text_width

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle with rounded corners; `id` names it in the file."""

    x: float
    y: float
    width: float
    height: float
    style: str
    id: str = ""
    title: str = ""
    rounding: float = 2

    @property
    def bounds(self) -> Bounds:
        """The rectangle around it."""
        return Bounds(self.x, self.y, self.x + self.width, self.y + self.height)


class Line(NamedTuple):
    """A line through points, whose corners have a radius; `arrow` is at its end."""

    points: tuple[Point, ...]
    style: str
    radius: float = 0
    arrow: bool = False
    title: str = ""

    @property
    def bounds(self) -> Bounds:
        """The rectangle around it."""
        xs, ys = [x for x, _ in self.points], [y for _, y in self.points]
        return Bounds(min(xs), min(ys), max(xs), max(ys))


class Circle(NamedTuple):
    """A circle around a point."""

    x: float
    y: float
    radius: float
    style: str

    @property
    def bounds(self) -> Bounds:
        """The rectangle around it."""
        return Bounds(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


class Words(NamedTuple):
    """A line of text; `y` is its baseline, and `anchor` says where `x` is: `start`, `middle` or `end`."""

    x: float
    y: float
    text: str
    style: str = "text"
    anchor: str = "start"

    @property
    def width(self) -> float:
        """The width in the widest of the fonts."""
        look = STYLES[self.style]
        return text_width(self.text, look.size, bold=look.bold)

    @property
    def bounds(self) -> Bounds:
        """The rectangle around it, from the top of capitals to the end of descenders."""
        size, width = STYLES[self.style].size, self.width
        left = self.x - {"start": 0, "middle": width / 2, "end": width}[self.anchor]
        return Bounds(left, self.y - 0.75 * size, left + width, self.y + 0.25 * size)


class Bounds(NamedTuple):
    """A rectangle from its left top corner to its right bottom one."""

    left: float
    top: float
    right: float
    bottom: float


Shape = Box | Line | Circle | Words


def moved(shape: Shape, right: float, down: float) -> Shape:
    """Return a shape at another place."""
    if isinstance(shape, Line):
        return shape._replace(points=tuple((x + right, y + down) for x, y in shape.points))
    assert isinstance(shape, Box | Circle | Words)
    return shape._replace(x=shape.x + right, y=shape.y + down)


class Picture(NamedTuple):
    """A drawing of `width` by `height` pixels. `title` says in a sentence what it shows."""

    width: float
    height: float
    title: str
    shapes: tuple[Shape, ...]

    def __repr__(self) -> str:
        return f"<Picture {self.title}>"

    def _repr_html_(self) -> str | None:
        return display.html(self)
