"""The tally of a sweep: how many candidates were drawn, why the others are no part of its result, and when to stop."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from resnetgen.diagnostics.model import Diagnostic
from resnetgen.number_format import pluralize
from resnetgen.sweep.candidates import Candidate

_HOPELESS = 1000
"""Invalid candidates after which a sweep ends if none was valid."""

_FEWEST = 1000
_PATIENCE = 10
"""A sweep ends after ten times as many draws in a row as it has different candidates, at least a thousand, if none was
new. Of a space with one more candidate, as probable as the others, that is missed with a probability of 1/22,000."""

_SHARE = 10
"""A sweep ends after a tenth of the most draws if none of them satisfied the constraints, at least a thousand."""


class Tally:
    """Counts of candidates.

    `drawn` counts all, `duplicates` those that were drawn before, `misfits` those whose line has another number of
    stages than names, `invalid` those that are no valid specs. `excluded` counts the others that violate a constraint;
    `by_constraint` has their number by figure, which may count one several times, and `together` by all figures that
    one violates. `first_faults` has the first fault of each code and place, and how many candidates have it.

    Args:
        size: the number of ways to draw a candidate; None for no end.
        most: the most draws.
    """

    def __init__(self, size: int | None = None, most: int | None = None) -> None:
        self.drawn = self.kept = self.duplicates = self.misfits = self.invalid = self.excluded = 0
        self.by_constraint: Counter[str] = Counter()
        self.together: Counter[tuple[str, ...]] = Counter()
        self.first_faults: dict[tuple[object, ...], tuple[Diagnostic, int]] = {}
        self.spans: dict[str, tuple[int, int]] = {}
        """The least and the greatest value of each figure among the valid candidates."""
        self._seen: set[str] = set()
        self._ways: set[int] = set()
        self._size = size if size is not None and (most is None or size <= most) else None
        self._most = most
        self._since_new = self._since_kept = 0

    def add(self, candidate: Candidate) -> bool:
        """Count a candidate, and return whether it is a new one that satisfies all constraints."""
        self.drawn += 1
        self._since_new += 1
        self._since_kept += 1
        if self._size is not None:
            self._ways.add(hash(tuple(map(repr, candidate.values.values()))))
        if not candidate.digest:
            self.misfits += 1
            return False
        if candidate.digest in self._seen:
            self.duplicates += 1
            return False
        self._seen.add(candidate.digest)
        self._since_new = 0
        if candidate.figures is None:
            self._add_faults(candidate)
            return False
        for key, value in candidate.figures.items():
            values = value if isinstance(value, list) else [value]
            low, high = self.spans.get(key, (values[0], values[0]))
            self.spans[key] = min(low, *values), max(high, *values)
        self.by_constraint.update(candidate.excluded_by)
        self.together[candidate.excluded_by] += 1
        self.excluded += bool(candidate.excluded_by)
        self.kept += candidate.is_kept
        self._since_kept = 0 if candidate.is_kept else self._since_kept
        return candidate.is_kept

    def end(self) -> str:
        """Return the reason why no more candidates should be drawn, in words; empty if they should."""
        if self._size is not None and len(self._ways) == self._size:
            return f"all {pluralize(self._size, 'way')} to draw values were tried"
        if self._since_new >= max(_FEWEST, _PATIENCE * len(self._seen)):
            return f"none of the last {self._since_new:,} draws was new"
        if self.invalid == _HOPELESS and not self.kept and not self.excluded:
            return f"the first {_HOPELESS:,} specs were all invalid"
        if self._most is not None and self._since_kept >= max(_FEWEST, self._most // _SHARE):
            return f"none of the last {self._since_kept:,} draws gave a candidate"
        return ""

    def contradiction(self) -> tuple[str, ...]:
        """Return the fewest constraints that together exclude every valid candidate; none if one satisfies all."""
        if self.kept or not self.excluded:
            return ()
        for count in range(1, len(self.by_constraint) + 1):
            for figures in combinations(self.by_constraint, count):
                if all(not violated or set(figures) & set(violated) for violated in self.together):
                    return figures
        return ()

    def _add_faults(self, candidate: Candidate) -> None:
        self.invalid += 1
        for fault in candidate.faults:
            span = fault.primary.span
            key = (fault.code, span.text.name, span.line, span.column)
            first, count = self.first_faults.get(key, (fault, 0))
            self.first_faults[key] = first, count + 1
