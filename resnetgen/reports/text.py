"""A report as text, for people: what `check` shows on a terminal, without its colours."""

from __future__ import annotations

from resnetgen.diagnostics import text
from resnetgen.reports.report import Report
from resnetgen.reports.summary import summary


def render(report: Report) -> str:
    """Write a report as text: each diagnostic with its source line, and the count of all below them."""
    shown = text.render(report.diagnostics)
    return f"{shown}\n{summary(report)}\n" if shown else f"{summary(report)}\n"
