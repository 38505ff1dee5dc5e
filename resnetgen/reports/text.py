"""Reports as text: the output of `check` in a terminal, without colors."""

from __future__ import annotations

from resnetgen.diagnostics import text
from resnetgen.reports.report import Report
from resnetgen.reports.summary import summary


def render(report: Report) -> str:
    """Render a report as text: each diagnostic with its source line, then the summary."""
    shown = text.render(report.diagnostics)
    return f"{shown}\n{summary(report)}\n" if shown else f"{summary(report)}\n"
