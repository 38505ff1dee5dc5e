"""The table of stages with their shapes, costs and shortcuts, and the table of architectures as papers print it."""

from __future__ import annotations

from resnetgen.cli.report.subject import Subject
from resnetgen.number_format import binary_size, format_extents, with_si_prefix, with_times_sign
from resnetgen.ops.window import by_axis
from resnetgen.pages.markup import fill, joined
from resnetgen.pages.page import Section
from resnetgen.pages.tables import networks, table
from resnetgen.summary.rows import Row
from resnetgen.tables.layouts import layout
from resnetgen.tables.subject import Subject as TableSubject
from resnetgen.tables.table import Column

_COLUMNS = (
    Column("name"),
    Column("what"),
    Column("output"),
    Column("parameters", number=True),
    Column("MACs", number=True),
    Column("activations", number=True),
    Column("receptive field", number=True),
    Column("shortcuts"),
)


def section(subject: Subject) -> Section:
    """Return the section."""
    cells = [_cells(row, subject) for row in subject.summary.rows]
    stages = table("Stem, stages and head, with the kinds of shortcuts and their reasons", _COLUMNS, cells, total=True)
    paper = layout("paper")([TableSubject(subject.compiled, subject.batch, subject.dtype)])
    printed = networks("The architecture as papers print it", paper)
    return Section(
        f"{subject.id}-architecture", "Architecture", fill('<div class="pair">\n{}{}</div>\n', stages, printed)
    )


def _cells(row: Row, subject: Subject) -> list[object]:
    cost = row.cost
    return [
        row.name,
        with_times_sign(row.what),
        with_times_sign(by_axis(row.output)),
        f"{cost.params:,}" if cost.params else "",
        with_si_prefix(cost.macs) if cost.macs else "",
        binary_size(cost.memory(subject.dtype, subject.batch)) if cost.values else "",
        with_times_sign(format_extents(row.field)) if row.field else "all",
        joined(
            (
                fill('<span class="kind">{}</span>: {}', kind.replace("_", " "), with_times_sign(why))
                for kind, why in row.shortcuts
            ),
            "<br>",
        ),
    ]
