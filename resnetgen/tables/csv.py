"""Tables as comma-separated values (RFC 4180)."""

from __future__ import annotations

from resnetgen.tables.table import Table, on_one_line


def print_table(table: Table) -> str:
    """Return a table whose cells have their parts separated by `; `, and `x` for the sign of multiplication."""
    import csv
    from io import StringIO

    paper = StringIO()
    writer = csv.writer(paper)
    writer.writerow([column.title for column in table.columns])
    writer.writerows(
        ["; ".join(on_one_line(part).replace("×", "x") for part in cell) for cell in row] for row in table.rows
    )
    return paper.getvalue()
