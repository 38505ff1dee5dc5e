"""`resnetgen list`: the specs that ship with resnetgen.

With `--format json` it is a list of objects with the keys `name`, `folder` (empty at the top), `input` (the shape that
goes in), `params`, `macs` and `description`. Keys are added to this, never renamed or removed.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from resnetgen.collection import names
from resnetgen.commands.ending import FAULTS, WELL
from resnetgen.commands.output import say, tell
from resnetgen.commands.specs import outcomes
from resnetgen.compiler import Compiled
from resnetgen.cost import Cost, cost
from resnetgen.diagnostics.order import sort
from resnetgen.resources import specs_folder


class Entry(NamedTuple):
    """A spec of the collection, the folder that it lies in, and its costs at its own input size."""

    folder: str
    compiled: Compiled
    cost: Cost


def run(format: str) -> int:
    """List the collection; 1 where a spec of it is at fault."""
    found = list(outcomes(names()))
    faults = sort(fault for outcome in found for fault in outcome.faults)
    if faults:
        tell(faults)
        return FAULTS
    entries = [_entry(outcome.path, outcome.compiled) for outcome in found if outcome.compiled is not None]
    say(_as_json(entries) if format == "json" else _as_table(entries, format))
    return WELL


def _entry(path: Path, compiled: Compiled) -> Entry:
    folder = path.parent.relative_to(specs_folder()).as_posix()
    return Entry("" if folder == "." else folder, compiled, cost(compiled.trace))


def _as_table(entries: list[Entry], format: str) -> str:
    from resnetgen.commands import tables
    from resnetgen.commands.figures import short
    from resnetgen.commands.tables import Column

    columns = (
        Column("name"),
        Column("folder"),
        Column("parameters", number=True),
        Column("MACs", number=True),
        Column("description"),
    )
    cells = []
    for folder, compiled, found in entries:
        network = compiled.network
        words = " ".join(network.description.split())
        cells.append([network.name, folder, f"{found.params:,}", short(found.macs), words])
    if format == "markdown":
        return tables.as_markdown(columns, cells)
    room = tables.terminal_width()
    if room is not None:
        cells = tables.cut(cells, len(columns) - 1, tables.width(columns, cells) - room)
    return tables.as_text(columns, cells)


def _as_json(entries: list[Entry]) -> str:
    import json

    found = [
        {
            "name": compiled.network.name,
            "folder": folder,
            "input": compiled.trace.input,
            "params": spent.params,
            "macs": spent.macs,
            "description": compiled.network.description,
        }
        for folder, compiled, spent in entries
    ]
    return json.dumps(found, indent=2) + "\n"
