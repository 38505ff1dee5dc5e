"""The results of `resnetgen check` as data, which the renderers beside this file write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from resnetgen.diagnostics.model import Diagnostic, Severity
from resnetgen.diagnostics.sorting import sort
from resnetgen.source.collection import is_shipped
from resnetgen.source.extends import EXTENDS_LABEL, OVERRIDE_LABEL

MAX_LABELS = 4
"""The most specs that are shown for a fault in a base that they extend."""


def deduplicate(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort diagnostics and merge those of one fault that several specs have: in their base, or in an override of all.

    Faults in shipped specs are not merged: each comes from how a spec extends it.
    """
    first: dict[Diagnostic, Diagnostic] = {}
    for each in sort(diagnostics):
        known = first.setdefault(_without_leading_labels(each), each)
        related = tuple(dict.fromkeys((*known.related, *each.related)))
        first[_without_leading_labels(each)] = known._replace(related=related[: max(MAX_LABELS, len(known.related))])
    return tuple(first.values())


def _without_leading_labels(diagnostic: Diagnostic) -> Diagnostic:
    """Return a diagnostic without the labels that say which spec led to it."""
    if is_shipped(diagnostic.primary.span.text.name):
        return diagnostic
    leading = (EXTENDS_LABEL, OVERRIDE_LABEL)
    return diagnostic._replace(related=tuple(label for label in diagnostic.related if label.words not in leading))


class Result(NamedTuple):
    """The diagnostics of one spec; `name` is its path or name as the user gave it.

    `weights` is what was found of a file of weights for it, as JSON has it; None if none was compared.
    """

    name: str
    diagnostics: tuple[Diagnostic, ...]
    weights: Mapping[str, object] | None = None

    def fails(self) -> bool:
        """Return whether there are errors."""
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self.diagnostics)


class Report(NamedTuple):
    """The results of all specs, in the order in which they were given."""

    results: tuple[Result, ...]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All diagnostics, sorted and without duplicates."""
        return deduplicate(diagnostic for result in self.results for diagnostic in result.diagnostics)

    def fails(self) -> bool:
        """Return whether there are errors."""
        return any(result.fails() for result in self.results)
