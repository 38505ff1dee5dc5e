"""A network as an import describes it, before it becomes the text of a spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from resnetgen.diagnostics.model import Path

GIVEN = "given with --set"
"""Where a value of the user's came from."""

_NOTHING: Mapping[Path, str] = MappingProxyType({})


class Draft(NamedTuple):
    """A network in the language of specs.

    `data` are all its keys but those of its name and description. `base` is the spec that it is to extend; None if the
    shortest is to be found. `choices` are the values that the source does not tell, with where each came from, by the
    path of its key. `without` are specs that it may not extend. `untold` returns further choices, by the whole data:
    what these have where the source tells nothing. `is_answered` tells whether the data have the user's values already.
    `notes` are sentences about what was read of the source, and what was not.
    """

    name: str
    description: str
    data: Mapping[str, object]
    base: str | None = None
    choices: Mapping[Path, str] = _NOTHING
    reference: str = ""
    without: frozenset[str] = frozenset()
    untold: Callable[[Mapping[str, object]], Mapping[Path, str]] | None = None
    is_answered: bool = False
    notes: tuple[str, ...] = ()

    def all_choices(self) -> dict[Path, str]:
        """Return all values that the source does not tell, with where each came from."""
        found = dict(self.untold(self.data) if self.untold is not None else {})
        for path, words in self.choices.items():
            found[path] = f"{found[path]}; {words}" if path in found and words != GIVEN else words
        return found
