"""What there is to know of a spec of the collection in a list of them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from resnetgen.analysis.cost import Cost, cost
from resnetgen.compiler import Compiled
from resnetgen.ir.network import Network, Node
from resnetgen.resources import specs_folder

MAIN = "main"
"""The family of the specs at the top of the collection. No folder has this name."""


class Entry(NamedTuple):
    """A spec of the collection, its file, and its costs at its own input size."""

    path: Path
    compiled: Compiled
    cost: Cost

    @property
    def folder(self) -> str:
        """Where it lies in the collection, with `/` between the parts; empty at the top."""
        folder = self.path.parent.relative_to(specs_folder()).as_posix()
        return "" if folder == "." else folder

    @property
    def family(self) -> str:
        """Its folder, or the family of those that lie in none."""
        return self.folder or MAIN

    @property
    def name(self) -> str:
        """The network's name here."""
        return self.compiled.network.name

    @property
    def aka(self) -> dict[str, str]:
        """The network's names elsewhere, by where that is."""
        return dict(self.compiled.network.aka)

    @property
    def attention(self) -> list[str]:
        """The kinds of attention in the network, each once, in the order of the alphabet."""
        return attention(self.compiled.network)


def entry(path: Path, compiled: Compiled) -> Entry:
    """The entry of a spec of the collection."""
    return Entry(path, compiled, cost(compiled.trace))


def attention(network: Network) -> list[str]:
    """The kinds of attention in a network, each once, in the order of the alphabet."""
    return sorted({kind for node in _nodes(network) if (kind := node.operator.attention_kind)})


def _nodes(network: Network) -> Iterator[Node]:
    """The operators of a network, those of a run of equal blocks once."""
    yield from network.stem
    for stage in network.stages:
        for run in stage.runs:
            yield from run.block.nodes()
    yield from network.head
