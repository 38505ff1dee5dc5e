"""Warnings that several specs share: each is shown once, with the places of the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the model imports the renderer, which imports this module
    from resnetgen.diagnostics.model import Diagnostic, Span

MAX_PLACES = 5
"""The most places of a shared warning that are shown, the first one included."""


class Group:
    """A diagnostic, and the places of the equal ones in other specs."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        self.others: list[Span] = []
        self._taken = {diagnostic.primary.span.text.name: diagnostic.primary.span}
        self._shown = {label.span for label in (diagnostic.primary, *diagnostic.related)}

    def takes(self, diagnostic: Diagnostic) -> bool:
        """Return whether a diagnostic with the same words is about another spec than those in the group."""
        span = diagnostic.primary.span
        return self._taken.get(span.text.name, span) == span

    def add(self, diagnostic: Diagnostic) -> None:
        """Add the place of a diagnostic: where it differs from the first, as in the spec that extends a shared base."""
        spans = [label.span for label in (diagnostic.primary, *diagnostic.related)]
        self.others.append(next((span for span in spans if span not in self._shown), spans[0]))
        self._taken.setdefault(spans[0].text.name, spans[0])


def group_repeats(diagnostics: Iterable[Diagnostic]) -> list[Group]:
    """Group warnings with the same words that are about different specs; everything else is a group by itself."""
    groups: list[Group] = []
    known: dict[tuple[str, str, str], list[Group]] = {}
    for each in diagnostics:
        if each.severity.value != "warning":
            groups.append(Group(each))
            continue
        same = known.setdefault((each.code, each.message, each.help), [])
        group = next((group for group in same if group.takes(each)), None)
        if group is None:
            same.append(Group(each))
            groups.append(same[-1])
        else:
            group.add(each)
    return groups
