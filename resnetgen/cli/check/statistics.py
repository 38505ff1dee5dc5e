"""`resnetgen check --statistics`: how often each code occurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from resnetgen.codes import pages
from resnetgen.diagnostics.model import Diagnostic


def counts(diagnostics: Iterable[Diagnostic]) -> str:
    """Return a line for each code, with its count and its title, the most frequent first."""
    found = Counter(each.code for each in diagnostics)
    width = len(f"{max(found.values(), default=0):,}")
    ordered = sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))
    return "".join(f"{count:{width},}  {code}  {pages()[code].title}\n" for code, count in ordered)
