"""The names that another library has for a network's tensors: naming tables of the spec language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Respell = Callable[[str], str]
"""A function from a name by a table to that of the library."""


def unchanged(name: str) -> str:
    """Return a name as it is."""
    return name


class NamingTable(NamedTuple):
    """A table as a spec's `layout` has it.

    With `stem_convs`, it is for stems of so many convolutions; 0 is any number. `marks` are ends of names by which it
    is known without a network, the first of them in the first block. `respell` makes names of those that a layout can
    write. With `channels_last`, kernels have their channels last: `HWIO` in place of `OIHW`.
    """

    layout: Mapping[str, Any]
    marks: tuple[str, ...]
    stem_convs: int = 0
    respell: Respell = unchanged
    channels_last: bool = False


class ForeignLayout(NamedTuple):
    """The layout of another library, by the word for it on the command line.

    A library names networks of several kinds differently: the first table with which a network has a valid layout is
    its own there.
    """

    name: str
    meaning: str
    tables: tuple[NamingTable, ...]
