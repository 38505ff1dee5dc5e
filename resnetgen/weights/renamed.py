"""Files that hold a network's tensors, one for one in order and shape, under other names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from resnetgen.analysis.state_dict import BlockTensors
from resnetgen.diagnostics.model import Fault, Place
from resnetgen.weights.file_contents import COUNTER, Shapes

MAX_NAMED = 3
"""The most modules that the help names."""

_MOST = 100_000
"""The most tensors that are compared: a file of so many is no network of one layout."""


class Renaming(NamedTuple):
    """Names with `*` for their numbers: that of the network, and that of the file."""

    here: str
    there: str


def renamed_fault(rows: Sequence[BlockTensors], stored: Shapes, at: Place, most: int) -> Fault | None:
    """Return the fault of a file in which only the names differ, None for another file.

    Args:
        rows: the tensors of the network, in order.
        stored: the names and shapes of the file, in its order.
        at: the place of the fault.
        most: the most modules that the help names.
    """
    found = modules(renamings(rows, stored))
    if not found:
        return None
    shown = ", ".join(f"`{here}` is `{there}` in the file" for here, there in found[:most])
    more = f" and {len(found) - most} more" if len(found) > most else ""
    message = "the file holds the tensors of this network, in order and shape, under other names"
    return Fault("RG703", message, at, help=f"write a `layout` with the names of the file: {shown}{more}")


def renamings(rows: Sequence[BlockTensors], stored: Shapes) -> list[Renaming]:
    """Return how the names of a file differ, if that is all that does; else nothing.

    The counters of batch norms are left out, since PyTorch supplies them.

    Args:
        rows: the tensors of the network, in order.
        stored: the names and shapes of the file, in its order.

    Returns:
        Each pair of names once, with `*` for numbers, in the order of the network.
    """
    given = [(name, shape) for name, shape in stored.items() if not name.endswith(COUNTER)]
    if len(given) > _MOST or len(given) != sum(row.repeat * len(_counted(row)) for row in rows):
        return []
    pairs = list(zip(_expected(rows), given, strict=True))
    if any(needed != shape for (_, needed), (_, shape) in pairs):
        return []
    found = (Renaming(_pattern(here), _pattern(there)) for (here, _), (there, _) in pairs if here != there)
    return list(dict.fromkeys(found))


def modules(found: Iterable[Renaming]) -> list[Renaming]:
    """Return the renamings of modules, each once, without what the names of their tensors have in common at the end."""
    return list(dict.fromkeys(_without_common_end(each) for each in found))


def _counted(row: BlockTensors) -> list[tuple[str, tuple[int, ...]]]:
    return [(tensor.suffix, tensor.spec.shape) for tensor in row.tensors if not tensor.spec.supplied]


def _expected(rows: Sequence[BlockTensors]) -> Iterator[tuple[str, tuple[int, ...]]]:
    for row in rows:
        tensors = _counted(row)
        for number in range(row.first, row.first + row.repeat):
            yield from ((row.key(number, suffix), shape) for suffix, shape in tensors)


def _pattern(name: str) -> str:
    return re.sub(r"\d+", "*", name)


def _without_common_end(names: Renaming) -> Renaming:
    """Remove the last parts that both names share, but for the module before them."""
    here, there = names.here.split("."), names.there.split(".")
    while len(here) > 1 and len(there) > 1 and here[-1] == there[-1]:
        here, there = here[:-1], there[:-1]
    return Renaming(".".join(here), ".".join(there))
