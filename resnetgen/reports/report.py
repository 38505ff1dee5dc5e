"""What `resnetgen check` found, as data: the renderers beside this file write it down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from resnetgen.diagnostics.model import Diagnostic, Severity
from resnetgen.diagnostics.sorting import sort
from resnetgen.source.collection import is_shipped
from resnetgen.source.extends import EXTENDS_LABEL

MAX_LABELS = 4
"""Of the specs that extend a base which is at fault, so many are shown."""


def deduplicate(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """All of them in the order of the text, and each once: a fault of a base that several specs came to is one.

    One of the collection is not: it comes of how a spec extends that, and so of each.
    """
    first: dict[Diagnostic, Diagnostic] = {}
    for each in sort(diagnostics):
        known = first.setdefault(_without_extends_labels(each), each)
        related = tuple(dict.fromkeys((*known.related, *each.related)))
        first[_without_extends_labels(each)] = known._replace(related=related[: max(MAX_LABELS, len(known.related))])
    return tuple(first.values())


def _without_extends_labels(diagnostic: Diagnostic) -> Diagnostic:
    """A fault, apart from which spec came to it."""
    if is_shipped(diagnostic.primary.span.text.name):
        return diagnostic
    return diagnostic._replace(related=tuple(label for label in diagnostic.related if label.words != EXTENDS_LABEL))


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
        return deduplicate(diagnostic for result in self.results for diagnostic in result.diagnostics)

    def fails(self) -> bool:
        """Whether there is an error."""
        return any(result.fails() for result in self.results)
