"""A report in one line, which ends those for people."""

from __future__ import annotations

from resnetgen.diagnostics.model import Severity
from resnetgen.number_format import pluralize
from resnetgen.reports.report import Report


def summary(report: Report) -> str:
    """`3 errors and 1 warning in 2 of 5 specs`, or `5 specs passed`."""
    diagnostics = report.diagnostics
    specs = pluralize(len(report.results), "spec")
    if not diagnostics:
        return f"{specs} passed"
    counts = []
    for severity in Severity:
        count = sum(diagnostic.severity is severity for diagnostic in diagnostics)
        counts += [pluralize(count, severity.value)] if count else []
    spoken_of = sum(bool(result.diagnostics) for result in report.results)
    return f"{' and '.join(counts)} in {spoken_of} of {specs}"
