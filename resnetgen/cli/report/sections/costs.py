"""Charts of the parts of a network that have its parameters, multiply-adds and activation memory."""

from __future__ import annotations

from collections.abc import Callable

from resnetgen.cli.report.subject import Subject
from resnetgen.number_format import binary_size, with_si_prefix
from resnetgen.pages.charts import Bar, Chart, charts
from resnetgen.pages.page import Section
from resnetgen.summary.rows import Row


def section(subject: Subject) -> Section:
    """Return the section."""
    return Section(
        f"{subject.id}-costs",
        "Where the cost is",
        charts(
            [
                _chart(subject, "Parameters", lambda row: row.cost.params, with_si_prefix, ""),
                _chart(subject, "Multiply-adds", lambda row: row.cost.macs, with_si_prefix, ""),
                _chart(
                    subject,
                    f"Activation memory ({subject.dtype}, batch {subject.batch:,})",
                    lambda row: row.cost.memory(subject.dtype, subject.batch),
                    binary_size,
                    " bytes",
                ),
            ]
        ),
    )


def _chart(subject: Subject, title: str, value: Callable[[Row], int], words: Callable[[int], str], unit: str) -> Chart:
    """Return the chart of one cost; each figure has its share of the whole."""
    whole = value(subject.summary.total)
    bars = (
        Bar(row.name, value(row), f"{words(value(row))}, {_percent(value(row), whole)}", f"{value(row):,}{unit}")
        for row in subject.parts
    )
    return Chart(title, tuple(bars))


def _percent(part: int, whole: int) -> str:
    """Return a share; what is not nothing is never 0%."""
    share = 100 * part / whole if whole else 0.0
    return "<1%" if 0 < share < 1 else f"{share:.0f}%"
