"""A network as a table shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from resnetgen.compiler import Compiled
from resnetgen.runtime.latency import Latency


class Subject(NamedTuple):
    """A network, the batch and the data type for its memory, and its time on a device if it was measured."""

    compiled: Compiled
    batch: int = 1
    dtype: str = "float32"
    latency: Latency | None = None


def titles(networks: Sequence[Compiled]) -> list[str]:
    """Return what each network is called beside the others: its name, with its spec where several have that name.

    Specs that have no name of their own, such as two mappings, cannot tell networks apart and are left out.
    """
    names = Counter(each.network.name for each in networks)
    specs = Counter((each.network.name, each.document.text.name) for each in networks)
    return [
        f"{name} ({spec})" if names[name] > 1 and specs[name, spec] == 1 else name
        for name, spec in ((each.network.name, each.document.text.name) for each in networks)
    ]
