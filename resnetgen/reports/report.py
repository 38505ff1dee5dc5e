"""What `resnetgen check` found, as data: the renderers beside this file write it down."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.diagnostics.model import Diagnostic, Severity
from resnetgen.diagnostics.order import sort


class Result(NamedTuple):
    """What was found of one spec; `name` is its path, or its name in the collection, as it was given."""

    name: str
    diagnostics: tuple[Diagnostic, ...]

    def fails(self) -> bool:
        """Whether there is an error among them."""
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self.diagnostics)


class Report(NamedTuple):
    """Every spec that was checked, in the order in which they were named, with what was found of it."""

    results: tuple[Result, ...]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that was found, once each, in the order of the text: several specs may meet one fault of a base."""
        return sort(diagnostic for result in self.results for diagnostic in result.diagnostics)

    def fails(self) -> bool:
        """Whether there is an error."""
        return any(result.fails() for result in self.results)
