"""Tables as JSON: exact numbers, under the keys that the reference of the command line has."""

from __future__ import annotations

from resnetgen.tables.table import Table


def print_table(table: Table) -> str:
    """Return the numbers of a table."""
    import json

    return json.dumps(table.data, indent=2, ensure_ascii=False) + "\n"
