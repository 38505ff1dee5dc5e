"""The names that another library has for a network's tensors: naming tables of the spec language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from resnetgen.ir.network import Network

Respell = Callable[[str], str]
"""A function from a name by a table to that of the library."""


def unchanged(name: str) -> str:
    """Return a name as it is."""
    return name


def any_network(_: Network) -> bool:
    """Tell that a network can have the names of a table."""
    return True


def no_constants(_: Network, __: Collection[str]) -> tuple[tuple[str, float], ...]:
    """Return nothing, where a file lacks nothing."""
    return ()


def no_remarks(_: Network) -> tuple[str, ...]:
    """Return nothing, where nothing differs."""
    return ()


class NamingTable(NamedTuple):
    """A table as a spec's `layout` has it.

    With `stem_convs`, it is for stems of so many convolutions; 0 is any number. `marks` are ends of names by which it
    is known without a network, the first of them in the first block. `respell` makes names of those that a layout can
    write. With `channels_last`, kernels have their channels last: `HWIO` in place of `OIHW`. `optional` is the
    beginning of names that files of a backbone alone lack. `applies` tells which networks have these names, where the
    names themselves do not. `flat` are kernels of extent one that the library has as matrices, of a linear layer.
    Without `counters`, the library's batch norms have none. `implied` are the last parts of our names of tensors that a
    file may lack.
    """

    layout: Mapping[str, Any]
    marks: tuple[str, ...]
    stem_convs: int = 0
    respell: Respell = unchanged
    channels_last: bool = False
    optional: str = ""
    applies: Callable[[Network], bool] = any_network
    flat: tuple[str, ...] = ()
    counters: bool = True
    implied: tuple[str, ...] = ()


class ForeignLayout(NamedTuple):
    """The layout of another library, by the word for it on the command line.

    A library names networks of several kinds differently: files are written by the first table with which a network
    has a valid layout, and read by the one that fits best. `arranged` gives names in the order in which the
    library writes them. `constants` are the tensors that a file lacks and whose values follow from that: the name of
    each in the network, and its value everywhere. `remarks` are what differs in a network from those of the library
    that no shape tells.
    """

    name: str
    meaning: str
    tables: tuple[NamingTable, ...]
    arranged: Callable[[Iterable[str]], Iterable[str]] = iter
    constants: Callable[[Network, Collection[str]], Iterable[tuple[str, float]]] = no_constants
    remarks: Callable[[Network], Iterable[str]] = no_remarks
