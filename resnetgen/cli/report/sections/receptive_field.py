"""The growth of the receptive field over the parts of a network, beside the size of the input."""

from __future__ import annotations

from resnetgen.cli.report.subject import Subject
from resnetgen.number_format import format_extents, with_times_sign
from resnetgen.pages.charts import Bar, Chart, charts
from resnetgen.pages.markup import fill
from resnetgen.pages.page import Section


def section(subject: Subject) -> Section:
    """Return the section."""
    summary = subject.summary
    size = summary.input[1:]
    bars = (
        Bar(row.name, max(row.field), with_times_sign(f"{format_extents(row.field)} px"))
        for row in summary.rows[:-1]
        if row.field
    )
    even = all(len({*row.field}) <= 1 for row in summary.rows) and len({*size}) == 1
    along = "" if even else ", along the axis where it is largest"
    chart = Chart(
        f"Receptive field after each part, in pixels of the input{along}",
        tuple(bars),
        line=max(size),
        line_name=with_times_sign(f"the input, {format_extents(size)} px"),
    )
    whole = with_times_sign(format_extents(summary.total.field))
    along_each = " along each axis" if len({*summary.total.field}) == 1 and summary.network.rank > 1 else ""
    lead = fill("<p>A pixel of the last map sees {} pixels of the input{}.</p>\n", whole, along_each)
    return Section(f"{subject.id}-receptive-field", "Receptive field", fill("{}{}", lead, charts([chart])))
