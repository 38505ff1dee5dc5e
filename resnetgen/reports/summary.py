"""The one-line summary of a report, which ends the formats for people."""

from __future__ import annotations

from resnetgen.diagnostics.model import Severity
from resnetgen.number_format import pluralize
from resnetgen.reports.report import Report


def summary(report: Report) -> str:
    """Return `3 errors and 1 warning in 2 of 5 specs`, or `5 specs passed`."""
    diagnostics = report.diagnostics
    specs = pluralize(len(report.results), "spec")
    if not diagnostics:
        return f"{specs} passed"
    counts = []
    for severity in Severity:
        count = sum(diagnostic.severity is severity for diagnostic in diagnostics)
        counts += [pluralize(count, severity.value)] if count else []
    affected = sum(bool(result.diagnostics) for result in report.results)
    return f"{' and '.join(counts)} in {affected} of {specs}"
