"""Sets of input sizes, along one axis and of a network, and what they are called in messages."""

from __future__ import annotations

from resnetgen.analysis.single_pixels import SinglePixels, is_within
from resnetgen.frozen import Frozen

AXIS_NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""The names of the axes of an input, by their number."""


class AxisDomain(Frozen):
    """The sizes along one axis that work: those from `smallest` on whose remainder by `period` is among `remainders`.

    `smallest` is the least size that every window fits into, and along a single axis also every instance norm.
    `largest` is the last size that works where weights over a flattened map allow a single size of that map; None where
    any larger size may work.
    """

    smallest: int
    period: int
    remainders: frozenset[int]
    largest: int | None = None

    def __contains__(self, size: int) -> bool:
        within = size >= self.smallest and (self.largest is None or size <= self.largest)
        return within and size % self.period in self.remainders

    def next_size(self, size: int) -> int:
        """Return the first size from `size` on that works, or the last one that does."""
        start = max(size, self.smallest)
        following = (extent for extent in range(start, start + self.period) if extent in self)
        most = self.largest or 0
        return next(following, next((each for each in range(most, most - self.period, -1) if each in self), start))

    def is_whole(self) -> bool:
        """Return True if every size from the smallest on works, up to the largest if there is one."""
        if self.largest is None or self.largest - self.smallest >= self.period:
            return len(self.remainders) == self.period
        return len(self.remainders) == self.largest - self.smallest + 1

    def describe(self) -> str:
        """Return the sizes in words: `64 and up`, `193 to 224`, `64 and up, where size mod 32 is 0`."""
        if not self.remainders:
            return "none"
        if self.is_whole():
            return self._bounds()
        listed = ", ".join(map(str, sorted(self.remainders)[:8])) + (", ..." if len(self.remainders) > 8 else "")
        return f"{self._bounds()}, where size mod {self.period} is {listed}"

    def _bounds(self) -> str:
        if self.largest is None:
            return f"{self.smallest} and up"
        return f"{self.smallest} to {self.largest}" if self.largest > self.smallest else f"{self.smallest} alone"


class InputDomain(Frozen):
    """The input sizes that a network takes: those along each axis, but for those that leave a norm a single pixel.

    Attributes:
        axes: The sizes along each axis.
        pixels: The sizes that an instance norm rejects, and those at which a group norm needs two samples.
    """

    axes: tuple[AxisDomain, ...]
    pixels: SinglePixels

    def __contains__(self, size: tuple[int, ...]) -> bool:
        fits = all(extent in axis for extent, axis in zip(size, self.axes, strict=True))
        return fits and not is_within(size, self.pixels.refused)

    def min_batch(self, size: tuple[int, ...]) -> int:
        """Return the fewest samples of a batch of an input size."""
        return max(self.pixels.min_batch, 2 if is_within(size, self.pixels.pairs) else 1)

    @property
    def is_empty(self) -> bool:
        """True if no size works."""
        return not all(axis.remainders for axis in self.axes)

    def smallest_size(self) -> tuple[int, ...]:
        """Return the smallest size, at equal distances from the smallest of each axis.

        If none is in the domain, that is the smallest of each axis.
        """
        farthest = max((extent for bound in self.pixels.refused for extent in bound), default=0)
        candidates = (tuple(axis.next_size(axis.smallest + step) for axis in self.axes) for step in range(farthest + 1))
        return next((size for size in candidates if size in self), tuple(axis.smallest for axis in self.axes))

    def describe(self) -> str:
        """Return the sizes in words: `height and width: 1 and up; not both below 3`."""
        names = AXIS_NAMES[len(self.axes)]
        by_words: dict[str, list[str]] = {}
        for name, axis in zip(names, self.axes, strict=True):
            by_words.setdefault(axis.describe(), []).append(name)
        words = [f"{_join_names(each)}: {text}" for text, each in by_words.items()]
        return "; ".join([*words, *self.describe_pixels()])

    def describe_pixels(self) -> list[str]:
        """Return what norms over a single pixel reject, in words: `not both below 3`."""
        words = [f"not {_describe_bound(bound)}" for bound in self.pixels.refused]
        words += (f"a batch of 2 or more if {_describe_bound(bound)}" for bound in self.pixels.pairs)
        return [*words, *(["a batch of 2 or more"] if self.pixels.min_batch > 1 else [])]


def _describe_bound(bound: tuple[int, ...]) -> str:
    """Return the sizes within a bound in words: `both below 3`, `height below 3 with width below 5`."""
    if len({*bound}) == 1:
        return f"{('', 'both ', 'all ')[len(bound) - 1]}below {bound[0] + 1}"
    return " with ".join(f"{name} below {most + 1}" for name, most in zip(AXIS_NAMES[len(bound)], bound, strict=True))


def _join_names(names: list[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
