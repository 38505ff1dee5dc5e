"""Entries of the list of shipped specs."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from resnetgen.analysis.cost import Cost, cost
from resnetgen.compiler import Compiled
from resnetgen.ir.network import Network
from resnetgen.resources import specs_folder

MAIN = "main"
"""The family of the specs at the top of the collection. No folder has this name."""


class Entry(NamedTuple):
    """A shipped spec: its file, the compiled spec, and its costs at its own input size."""

    path: Path
    compiled: Compiled
    cost: Cost

    @property
    def folder(self) -> str:
        """The folder in the collection, with `/` between its parts; empty at the top."""
        return _folder(self.path)

    @property
    def family(self) -> str:
        """The folder, or `main` at the top."""
        return family(self.path)

    @property
    def name(self) -> str:
        """The name of the network."""
        return self.compiled.network.name

    @property
    def aka(self) -> dict[str, str]:
        """The network's names in other libraries, by library."""
        return dict(self.compiled.network.aka)

    @property
    def labels(self) -> tuple[str, ...]:
        """The texts that a pattern may match: the names, the family, and the family and the name as a path."""
        return (self.name, *self.aka.values(), self.family, f"{self.family}/{self.name}")

    @property
    def attention(self) -> list[str]:
        """The kinds of attention in the network, each once, in alphabetical order."""
        return attention(self.compiled.network)


def family(path: Path) -> str:
    """Return the family of a shipped spec: its folder, or `main` at the top."""
    return _folder(path) or MAIN


def _folder(path: Path) -> str:
    folder = path.parent.relative_to(specs_folder()).as_posix()
    return "" if folder == "." else folder


def entry(path: Path, compiled: Compiled) -> Entry:
    """Return the entry of a shipped spec."""
    return Entry(path, compiled, cost(compiled.trace))


def attention(network: Network) -> list[str]:
    """Return the kinds of attention in a network, each once, in alphabetical order."""
    return sorted({kind for _, nodes in network.parts() for node in nodes if (kind := node.operator.attention_kind)})
