"""A network as an import describes it, before it becomes the text of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from resnetgen.diagnostics.model import Path

_NOTHING: Mapping[Path, str] = MappingProxyType({})


class Draft(NamedTuple):
    """A network in the language of specs.

    `data` are all its keys but those of its name and description. `base` is the spec that it is to extend; None if the
    shortest is to be found. `choices` are the values that the source does not tell, with where each came from, by the
    path of its key. `without` are specs that it may not extend.
    """

    name: str
    description: str
    data: Mapping[str, object]
    base: str | None = None
    choices: Mapping[Path, str] = _NOTHING
    reference: str = ""
    without: frozenset[str] = frozenset()
