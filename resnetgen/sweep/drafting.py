"""Figures of candidates before they are compiled: exact, and in a fraction of the time."""

from __future__ import annotations

from collections.abc import Iterable

from resnetgen.analysis.cost import KnownCosts, cost
from resnetgen.analysis.shape_inference import KnownStages, trace
from resnetgen.lower.draft import Drafts
from resnetgen.source.extends import Document
from resnetgen.spaces.figures import Figures, figures_of
from resnetgen.spec.shared_parts import SharedParts

_MOST_KNOWN = 10_000
"""The most stages whose shapes and costs are remembered."""


class Drafting:
    """Drafts documents that have parts in common as the very same objects: what follows from one is done once.

    A draft is not asked for all that may be wrong with a spec (lower/draft.py). So `compile_document` has the last word
    on a spec that is kept.
    """

    def __init__(self) -> None:
        self._parts = SharedParts()
        self._drafts = Drafts()
        self._stages: KnownStages = KnownStages(_MOST_KNOWN)
        self._costs: KnownCosts = KnownCosts(_MOST_KNOWN)

    def figures(self, document: Document, keys: Iterable[str]) -> Figures | None:
        """Return some figures of a document's network, those of `compile_document`; None if the spec is wrong."""
        spec = self._parts.spec_of(document.data)
        network = None if spec is None else self._drafts(spec)
        if network is None:
            return None
        traced = trace(network, known=self._stages)
        return None if traced.faults else figures_of(traced, cost(traced, self._costs), keys)
