"""The tally of a sweep: how many candidates were drawn, and why the others are no part of its result."""

from __future__ import annotations

from collections import Counter

from resnetgen.diagnostics.model import Diagnostic
from resnetgen.sweep.candidates import Candidate

_HOPELESS = 1000
"""Invalid candidates after which a sweep ends if none was valid."""


class Tally:
    """Counts of candidates.

    `drawn` counts all, `duplicates` those that were drawn before, `misfits` those whose line has another number of
    stages than names, `invalid` those that are no valid specs. `excluded` counts the others that violate a constraint;
    `by_constraint` has their number by figure, which may count one several times. `first_faults` has the first fault
    of each code and place, with the number of candidates that it stops.
    """

    def __init__(self) -> None:
        self.drawn = self.kept = self.duplicates = self.misfits = self.invalid = self.excluded = 0
        self.by_constraint: Counter[str] = Counter()
        self.first_faults: dict[tuple[object, ...], tuple[Diagnostic, int]] = {}
        self.spans: dict[str, tuple[int, int]] = {}
        """The least and the greatest value of each figure among the valid candidates."""
        self._seen: set[str] = set()

    def add(self, candidate: Candidate) -> bool:
        """Count a candidate, and return whether it is a new one that satisfies all constraints."""
        self.drawn += 1
        if not candidate.digest:
            self.misfits += 1
            return False
        if candidate.digest in self._seen:
            self.duplicates += 1
            return False
        self._seen.add(candidate.digest)
        if candidate.figures is None:
            self._add_faults(candidate)
            return False
        for key, value in candidate.figures.items():
            values = value if isinstance(value, list) else [value]
            low, high = self.spans.get(key, (values[0], values[0]))
            self.spans[key] = min(low, *values), max(high, *values)
        self.by_constraint.update(candidate.excluded_by)
        self.excluded += bool(candidate.excluded_by)
        self.kept += candidate.is_kept
        return candidate.is_kept

    def is_hopeless(self) -> bool:
        """Tell whether so many candidates were no valid specs, and none was one, that it is a mistake in the space."""
        return self.invalid == _HOPELESS and not self.kept and not self.excluded

    def _add_faults(self, candidate: Candidate) -> None:
        self.invalid += 1
        for fault in candidate.faults:
            span = fault.primary.span
            key = (fault.code, span.text.name, span.line, span.column)
            first, count = self.first_faults.get(key, (fault, 0))
            self.first_faults[key] = first, count + 1
