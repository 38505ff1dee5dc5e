"""A family of networks that a library has by name, and whose parameters say what each of them is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Family(NamedTuple):
    """Networks of a library, by name.

    `data` returns what the network of one of the names is in the language of specs, all keys but those of its name and
    description. `base` returns the network of the collection that it is to extend. `reference` is the paper.
    """

    library: str
    names: tuple[str, ...]
    data: Callable[[str], dict[str, Any]]
    base: Callable[[str], str]
    reference: str
