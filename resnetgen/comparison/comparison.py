"""The comparison of two networks as data: figures, parts, and differences."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.analysis.diff import NetworkDiff, diff_networks
from resnetgen.analysis.input_domain import InputDomain
from resnetgen.compiler import Compiled
from resnetgen.ops.window import by_axis
from resnetgen.summary.network_summary import NetworkSummary, summarize
from resnetgen.summary.rows import STAGES, Row


class Figure(NamedTuple):
    """A number of both networks; `unit` is empty, or `bytes`."""

    name: str
    before: int
    after: int
    unit: str = ""

    @property
    def change(self) -> int:
        """The difference, after minus before."""
        return self.after - self.before

    @property
    def ratio(self) -> float | None:
        """The quotient, after by before; None for a zero before."""
        return self.after / self.before if self.before else None


class Fact(NamedTuple):
    """A property of both networks that is no number."""

    name: str
    before: str
    after: str


class Pair(NamedTuple):
    """A part of the networks, the stem, a stage or a head, as a row of each; None if one has no such part."""

    name: str
    before: Row | None
    after: Row | None

    def alike(self) -> bool:
        """Tell whether the part is unchanged; its receptive field does not count, as it depends on earlier parts."""
        if self.before is None or self.after is None:
            return False
        return self.before._replace(field=()) == self.after._replace(field=())


class Comparison(NamedTuple):
    """Two networks, each at an input size, with the same batch and data type.

    `titles` are the names of the specs on the command line.
    """

    titles: tuple[str, str]
    before: NetworkSummary
    after: NetworkSummary
    difference: NetworkDiff

    def figures(self) -> list[Figure]:
        """Return the numbers of the whole networks."""
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
        """Return inputs, outputs, input sizes and receptive fields."""
        names = ("input", "output", "input sizes", "receptive field")
        return list(map(Fact, names, _facts(self.before), _facts(self.after)))

    def pairs(self) -> list[Pair]:
        """Return the parts of both networks in the order of the second; parts of the first alone keep their places."""
        old, new = _parts(self.before), _parts(self.after)
        return [Pair(key[1], old.get(key), new.get(key)) for key in _merged_keys(list(old), list(new))]

    def differ(self) -> bool:
        """Tell whether the networks differ in more than names and descriptions."""
        return bool(self.difference)


def compare(before: Compiled, after: Compiled, titles: tuple[str, str], batch: int, dtype: str) -> Comparison:
    """Compare two networks.

    Args:
        before: the first network.
        after: the second network.
        titles: the names of the specs on the command line.
        batch: the samples for the activation memory.
        dtype: the data type for the activation memory.
    """
    one, other = (summarize(compiled, STAGES, batch, dtype) for compiled in (before, after))
    return Comparison(titles, one, other, diff_networks(before.network, after.network))


def _facts(summary: NetworkSummary) -> tuple[str, str, str, str]:
    domain = summary.domain
    return (
        by_axis(summary.input),
        summary.described_outputs,
        "unknown" if domain is None else _sizes(domain),
        by_axis(summary.total.field),
    )


def _sizes(domain: InputDomain) -> str:
    return "; ".join((*dict.fromkeys(axis.describe() for axis in domain.axes), *domain.describe_pixels()))


_Key = tuple[str, str]
"""A part's kind and its name: a stage, too, may be called `stem`."""


def _parts(summary: NetworkSummary) -> dict[_Key, Row]:
    """Return the rows of the parts."""
    network = summary.network
    keys = [("stem", "stem")] if network.stem else []
    keys += [("stage", stage.name) for stage in network.stages]
    keys += [("head", head.label) for head in network.heads if head.nodes]
    return dict(zip(keys, summary.rows[1:-1], strict=True))


def _merged_keys(old: list[_Key], new: list[_Key]) -> list[_Key]:
    """Merge keys: those of `new` in order, and each that only `old` has after its predecessor there."""
    keys = list(new)
    for index, key in enumerate(old):
        if key not in keys:
            keys.insert(keys.index(old[index - 1]) + 1 if index else 0, key)
    return keys
