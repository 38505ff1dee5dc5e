"""What overlaps in a picture, found from its geometry."""

import itertools

from resnetgen.pictures.geometry import Bounds, Box, Line, Picture, Words

APART = 4
"""Pixels between words and their neighbours."""

FREE = 1
"""Pixels between words and a line, above and below it too."""


def touch(one: Bounds, other: Bounds, apart: float) -> bool:
    beside = one.right + apart <= other.left or other.right + apart <= one.left
    return not (beside or one.bottom <= other.top or other.bottom <= one.top)


def overlaps(picture: Picture) -> list[str]:
    """What touches: texts, a text and a line or a box that it does not stand in; and what leaves the picture."""
    words = [shape for shape in picture.shapes if isinstance(shape, Words)]
    boxes = [shape for shape in picture.shapes if isinstance(shape, Box)]
    lines = [shape for shape in picture.shapes if isinstance(shape, Line)]
    found = [f"{a.text!r}, {b.text!r}" for a, b in itertools.combinations(words, 2) if touch(a.bounds, b.bounds, APART)]
    for text in words:
        for box in boxes:
            inside = box.x + APART <= text.bounds.left and text.bounds.right + APART <= box.bounds.right
            if touch(text.bounds, box.bounds, 1) and not inside:
                found.append(f"{text.text!r}, a box at {box.x:.0f},{box.y:.0f}")
        found += (f"{text.text!r}, a line at {x:.0f},{y:.0f}" for x, y in _crossed(text.bounds, lines))
    for shape in picture.shapes:
        left, top, right, bottom = shape.bounds
        if min(left, top) < 0 or right > picture.width or bottom > picture.height:
            found.append(f"outside: {shape}")
    return found


def _crossed(words: Bounds, lines: list[Line]) -> list[tuple[float, float]]:
    """Where the segments of lines begin that touch a text; all but those of marks are parallel to an axis."""
    left, top, right, bottom = words.left - FREE, words.top - FREE, words.right + FREE, words.bottom + FREE
    segments = [pair for line in lines for pair in itertools.pairwise(line.points)]
    return [
        (ax, ay)
        for (ax, ay), (bx, by) in segments
        if max(ax, bx) >= left and min(ax, bx) <= right and max(ay, by) >= top and min(ay, by) <= bottom
    ]
