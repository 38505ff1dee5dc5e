"""What there is to show of two networks beside each other, as data: figures, parts, and how they differ."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.analysis.diff import NetworkDiff, diff_networks
from resnetgen.cli.show.rows import STAGES, Row
from resnetgen.cli.show.summary import NetworkSummary, summarize
from resnetgen.compiler import Compiled
from resnetgen.ops.operator import by_axis


class Figure(NamedTuple):
    """A number of both networks; `unit` is empty, or `bytes`."""

    name: str
    before: int
    after: int
    unit: str = ""

    @property
    def change(self) -> int:
        """How much came, or, below zero, went."""
        return self.after - self.before

    @property
    def ratio(self) -> float | None:
        """After by before; None where there was none."""
        return self.after / self.before if self.before else None


class Fact(NamedTuple):
    """Something of both networks that is no number."""

    name: str
    before: str
    after: str


class Pair(NamedTuple):
    """A part of the networks, the stem, a stage or the head, as a row of each; None where one has no such part."""

    name: str
    before: Row | None
    after: Row | None

    def alike(self) -> bool:
        """Whether it is what it was; what a pixel sees of the input also depends on the parts before it."""
        if self.before is None or self.after is None:
            return False
        return self.before._replace(field=()) == self.after._replace(field=())


class Comparison(NamedTuple):
    """Two networks, each at an input size, for samples and a type that are the same for both.

    `titles` is how the specs are called: as the user did.
    """

    titles: tuple[str, str]
    before: NetworkSummary
    after: NetworkSummary
    difference: NetworkDiff

    def figures(self) -> list[Figure]:
        """The numbers of the whole networks."""
        one, other = self.before, self.after
        old, new = one.total.cost, other.total.cost
        return [
            Figure("parameters", old.params, new.params),
            Figure("buffers", old.buffers, new.buffers),
            Figure("multiply-adds", old.macs, new.macs),
            Figure("memory", old.memory(one.dtype, one.batch), new.memory(other.dtype, other.batch), "bytes"),
            Figure("weighted layers", one.weighted_layers, other.weighted_layers),
            Figure("blocks", one.network.blocks(), other.network.blocks()),
            Figure("state dict", one.keys, other.keys),
        ]

    def facts(self) -> list[Fact]:
        """What goes in and comes out, which sizes work, and what a pixel sees."""
        names = ("input", "output", "input sizes", "receptive field")
        return list(map(Fact, names, _facts(self.before), _facts(self.after)))

    def pairs(self) -> list[Pair]:
        """The parts of both networks, in the order of the second; what only the first has stands where it did."""
        old, new = _parts(self.before), _parts(self.after)
        return [Pair(key[1], old.get(key), new.get(key)) for key in _woven(list(old), list(new))]

    def differ(self) -> bool:
        """Whether there is any difference, but for names and descriptions."""
        return bool(self.difference)


def compare(before: Compiled, after: Compiled, titles: tuple[str, str], batch: int, dtype: str) -> Comparison:
    """All that there is to show of two networks beside each other."""
    one, other = (summarize(compiled, STAGES, batch, dtype) for compiled in (before, after))
    return Comparison(titles, one, other, diff_networks(before.network, after.network))


def _facts(summary: NetworkSummary) -> tuple[str, str, str, str]:
    domain = summary.domain
    maps = [f"{name} {by_axis(shape)}" for name, shape in summary.outputs.items()]
    (first, *_) = summary.outputs.values()
    return (
        by_axis(summary.input),
        ", ".join(maps) if summary.network.features else by_axis(first),
        "unknown" if domain is None else "; ".join(dict.fromkeys(axis.describe() for axis in domain)),
        by_axis(summary.total.field),
    )


_Key = tuple[str, str]
"""A part's kind and its name: a stage, too, may be called `stem`."""


def _parts(summary: NetworkSummary) -> dict[_Key, Row]:
    """The rows of the parts."""
    network = summary.network
    keys = [("stem", "stem")] if network.stem else []
    keys += [("stage", stage.name) for stage in network.stages]
    keys += [("head", "head")] if network.head else []
    return dict(zip(keys, summary.rows[1:-1], strict=True))


def _woven(old: list[_Key], new: list[_Key]) -> list[_Key]:
    """The keys of both, each once: those of `new` in order, and what only `old` has after what it followed there."""
    keys = list(new)
    for index, key in enumerate(old):
        if key not in keys:
            keys.insert(keys.index(old[index - 1]) + 1 if index else 0, key)
    return keys
